internal import HTTPEdge

/// A way in which some real server behaves and some real client breaks, to be switched on by its name.
///
/// Everything that the scenario does not name stays as it is.
public struct Scenario: Sendable {
    /// The name: lower case, words joined by dashes.
    public let name: String
    /// What the server does, in one sentence.
    public let effect: String
    /// The specification that has to do with it.
    public let reference: String
    /// What that specification says, and whether the server breaks it or only makes use of it.
    public let reason: String
    /// Reports about clients that break, as repository#number.
    public let affected: [String]
    /// What a correct client does.
    public let correctClient: String

    /// Changes the settings, given the names of the tools that are served.
    var settings: @Sendable (inout Settings, _ toolNames: [String]) -> Void = { _, _ in }
    /// Faults that strike from the moment it is switched on.
    var faults: [FaultRule] = []
    /// The path that is looked up in place of the one asked for; nil: there is nothing.
    var path: @Sendable (String) -> String? = { $0 }
    /// Changes an answer before it leaves.
    var rewrite: @Sendable (inout HTTPResponse, _ request: HTTPRequest, Origin) -> Void = { _, _, _ in }
}

extension Settings {
    /// The settings in a scenario.
    func changed(by scenario: Scenario?, toolNames: [String]) -> Settings {
        var settings = self
        scenario?.settings(&settings, toolNames)
        return settings
    }
}

internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// A named behaviour of some real server on which some real client breaks.
///
/// Everything else stays as usual.
public struct Scenario: Sendable {
    /// The name: lower case, words joined by dashes.
    public let name: String
    /// The behaviour of the server, in one sentence.
    public let effect: String
    /// The relevant specification.
    public let reference: String
    /// The demand of that specification, and whether the server violates it or uses a freedom.
    public let reason: String
    /// Bug reports of clients, as repository#number.
    public let affected: [String]
    /// The behaviour of a correct client.
    public let correctClient: String

    /// Changes the settings, given the names of the server's tools.
    var settings: @Sendable (inout Settings, _ toolNames: [String]) -> Void = { _, _ in }
    /// The rules by which these settings refuse what would be served without them.
    var refuses: [Explanation.Rule] = []
    /// The hint for such a refusal, where the usual one would lead nowhere.
    var advice: SafeText?
    /// The kind of credentials that these settings make expire early.
    var shortens: Intervention.Kind?
    /// Whether it alone is to blame for such a refusal: a correct client would have sent the same request, whatever it
    /// was told before.
    var isToBlame: @Sendable (Problem, HTTPRequest, Settings) -> Bool = { _, _, _ in false }
    /// Faults that apply from the moment it is switched on.
    var faults: [FaultRule] = []
    /// Maps the path of a request to the one that is looked up; nil for an unknown path.
    var path: @Sendable (String) -> String? = { $0 }
    /// Changes an answer before it is sent.
    var rewrite: @Sendable (inout HTTPResponse, _ request: HTTPRequest, Origin) -> Void = { _, _, _ in }
}

extension Scenario {
    /// The hint about a refusal that is due to it.
    var hint: SafeText { "The scenario '\(public: name)' is running: \(public: effect)" }
}

extension Settings {
    /// The settings changed by a scenario.
    func changed(by scenario: Scenario, toolNames: [String]) -> Settings {
        var settings = self
        scenario.settings(&settings, toolNames)
        return settings
    }
}

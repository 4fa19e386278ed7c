internal import ArgumentParser
internal import StaticAuthServer

/// `static-auth-server scenarios`: lists the values of `--scenario` and `/debug/scenario`.
struct ScenariosCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenarios",
        abstract: "Lists the behaviours of real servers that break real clients, for --scenario and /debug/scenario.")

    @ParentCommand private var server: StaticAuthServerCommand

    @Option(help: .init("text or json.", valueName: "form"))
    var format = Format.text

    /// The format of the list.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    func run() throws {
        try GivenFlags(server.flags).allow([], for: Self.self)
        try StandardOutput.result((format == .json ? Scenario.json : Scenario.text) + "\n")
    }
}

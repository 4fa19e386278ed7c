internal import ArgumentParser
internal import Primitives
internal import StaticAuthServer

/// The command line of the server.
@main
struct StaticAuthServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "static-auth-server",
        abstract:
            "An OAuth 2.1 authorization server and a protected MCP server on one port, to test MCP clients against.",
        discussion: """
            Examples:
              static-auth-server                   serves http://localhost:9003/mcp
              static-auth-server config cursor     prints what to paste into a client
              static-auth-server --scenario NAME   misbehaves as real servers do

            Every option is also an environment variable and a line of the .env file: --client-id is MCP_STATIC_CLIENT_ID. \
            A flag wins over a variable, a variable over the file. Lists are separated by commas in variables.

            Exit codes: 0 after SIGTERM, SIGINT or SIGHUP, 64 for a bad flag or flag value, 69 when the port is in use or the \
            store does not answer, 78 for bad variables, a bad .env file or settings that do not fit together.
            """,
        version: Version.current,
        subcommands: [ConfigCommand.self, HealthcheckCommand.self, ReportCommand.self, ScenariosCommand.self])

    @OptionGroup var flags: ServerFlags

    /// Parses and runs.
    ///
    /// A switch without a value gets one, because the parser's own options with optional values lose a value that
    /// another option follows. The parser stops at the first mistake; mistakes in variables and the file are then
    /// reported as well, so that all of them can be fixed at once.
    static func main() {
        StandardDescriptors.occupy()
        let switches = Switches()
        let given = CommandLine.arguments.dropFirst()
        let arguments = given.map { switches.flags.contains($0) ? $0 + "=true" : $0 }
        ProcessList.hideSecrets()
        do {
            if let flags = GivenFlags(plain: arguments) {
                try run(flags)
            } else {
                try checkCommand(arguments.first)
                if let problem = switches.problem(of: given, commands: commands) { throw ValidationError(problem) }
                var command = try parseAsRoot(arguments)
                try command.run()
            }
        } catch {
            if !(error is ExitCode), exitCode(for: error) == .validationFailure, let none = GivenFlags(plain: []) {
                _ = try? load(none)
            }
            let text = exitCode(for: error) == .success ? fullMessage(for: error) : ""
            exit(withError: text.isEmpty ? error : CleanExit.message(switches.help(text)))
        }
    }

    private static var commands: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// Refuses a first argument that names no command; the parser would call it unexpected.
    private static func checkCommand(_ word: String?) throws {
        if let problem = SpellingSuggestion.problem(ofCommand: word, among: commands) { throw ValidationError(problem) }
    }

    func run() throws {
        try Self.run(GivenFlags(flags))
    }

    private static func run(_ flags: GivenFlags) throws {
        try ServerProcess(launch: try load(flags)).run()
    }

    /// Combines the settings, or reports all mistakes.
    static func load(_ flags: GivenFlags) throws -> LaunchOptions {
        let output = StandardError()
        do {
            return try SettingsLoader(flags: flags, environment: ProcessEnvironment.entries())
                .load(toolNames: StaticAuthServer.demoToolNames)
        } catch {
            let count = error.all.count
            output.line("static-auth-server: \(count == 1 ? "A setting is" : "\(count) settings are") wrong:")
            for problem in error.all { output.line("  \(problem)") }
            throw error.usage.isEmpty ? ExitCode.configuration : ExitCode.usage
        }
    }
}

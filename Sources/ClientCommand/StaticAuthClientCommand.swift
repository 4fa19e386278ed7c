internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// The command line of the client.
@main
struct StaticAuthClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "static-auth-client",
        abstract: "Logs in to MCP servers that are protected by OAuth, and calls their tools.",
        discussion: """
            Examples:
              static-auth-client login http://localhost:9003/mcp --client-id ID
              static-auth-client call http://localhost:9003/mcp echo message=hello
              static-auth-client doctor https://mcp.example.com/mcp

            The first connection to a server opens the browser; later ones need none. A server is given by its URL, or by \
            a name that 'add' has stored.

            Results are on standard output, with --output json as JSON; everything else is on standard error.

            \(ExitCodes.table)
            """,
        version: ClientDescription.version,
        subcommands: [
            LoginCommand.self, ToolsCommand.self, CallCommand.self, ListenCommand.self, DiscoverCommand.self,
            TokenCommand.self, RefreshCommand.self, StatusCommand.self, LogoutCommand.self, IntrospectCommand.self,
            AddCommand.self,
            AllowCommand.self, ListCommand.self, RemoveCommand.self, BridgeCommand.self, GatewayCommand.self,
            DoctorCommand.self,
        ])

    /// Parses and runs; failures of the parser keep its messages and exit code.
    static func main() async {
        StandardDescriptors.occupy()
        do {
            try checkCommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }

    /// Refuses a first argument that names no command; the parser would call it unexpected.
    private static func checkCommand(_ word: String?) throws {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        if let problem = SpellingSuggestion.problem(ofCommand: word, among: names) { throw ValidationError(problem) }
    }
}

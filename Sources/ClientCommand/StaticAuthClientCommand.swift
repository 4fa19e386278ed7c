internal import ArgumentParser
internal import MCPClient

/// The command line of the client.
@main
struct StaticAuthClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "static-auth-client",
        abstract: "Logs in to MCP servers that are protected by OAuth, and calls their tools.",
        discussion: """
            The first connection to a server opens the browser; later ones need none. A server is given by its URL, or by \
            a name that 'add' has stored.

            Results are on standard output, with --output json as JSON; everything else is on standard error.

            \(ExitCodes.table)
            """,
        version: ClientDescription.version,
        subcommands: [
            LoginCommand.self, ToolsCommand.self, CallCommand.self, ListenCommand.self, DiscoverCommand.self,
            TokenCommand.self, RefreshCommand.self, LogoutCommand.self, IntrospectCommand.self, AddCommand.self,
            AllowCommand.self, ListCommand.self, RemoveCommand.self, BridgeCommand.self, DoctorCommand.self,
        ])

    /// Parses and runs; failures of the parser keep its messages and exit code.
    static func main() async {
        do {
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
}

internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `allow`: lets a server of the project's file read the variables that it names.
struct AllowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Let a server of .mcp.json here read the variables that it names.",
        discussion: """
            A project's file comes with the project, and sends what it reads to the server that it names. So it reads no \
            variable, MCP_CLIENT_SECRET included, until its entry is allowed; an entry that changes has to be allowed \
            again. A file that is named with --config, and an entry that 'add --project' has written here, need no leave.
            """)

    @Argument(help: .init("The name.")) var name: String
    @OptionGroup(title: "Output and files") var common: CommonOptions

    func run() async throws {
        try await CommandRunner.reporting(common.output) {
            let environment = ProcessEnvironment()
            let file = environment.projectFile
            guard let entry = try file.server(name) else {
                throw ClientError(
                    .usage, "There is no server '\(name)' in \(file.path).",
                    advice: NamedServer.suggestion(for: name, in: [file]) ?? "See: static-auth-client list")
            }
            try environment.allowedEntries().add(name, entry, of: file)
            let variables = entry.variables + (entry.clientID == nil ? [] : ["MCP_CLIENT_SECRET"])
            let url = entry.writtenURL ?? "(a process)"
            let reads = variables.isEmpty ? "no variable" : variables.joined(separator: ", ")
            try Output(form: common.output).result(
                [
                    "name": .string(name), "file": .string(file.path), "url": .string(url),
                    "variables": .array(variables.map { .string($0) }),
                ], text: "Allowed \(name) in \(file.path): \(url) gets \(reads).")
        }
    }
}

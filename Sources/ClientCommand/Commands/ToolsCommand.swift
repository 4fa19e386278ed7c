internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `tools`: lists the tools of a server.
struct ToolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tools", abstract: "List the tools of a server.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options) { context in
            let (tools, warnings) = try await context.connection.tools()
            for warning in warnings { Output.notice(warning) }
            // The lines of a description are indented, so that none of them looks like a tool.
            let lines = tools.map { tool in
                ([tool.name] + (tool.description.map { [$0] } ?? [])).joined(separator: "  ")
                    .split(whereSeparator: \.isNewline).joined(separator: "\n    ")
            }
            context.output.result(
                ["tools": .array(tools.map { .object($0.definition) })], text: lines.joined(separator: "\n"))
        }
    }
}

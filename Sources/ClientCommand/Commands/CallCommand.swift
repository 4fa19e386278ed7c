internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `call`: calls a tool.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call a tool.",
        discussion: """
            Arguments are one JSON object, or pairs: message=hello. A pair's value is taken as the type that the tool's \
            schema says, and as text where it says none.
            """)

    @OptionGroup var options: ServerOptions

    @Argument(help: .init("The name of the tool."))
    var tool: String

    @Argument(help: .init("Arguments as name=value.", valueName: "name=value"))
    var pairs: [String] = []

    @Option(help: .init("All arguments as one JSON object.", valueName: "object"))
    var json: String?

    func run() async throws {
        try await CommandRunner.with(options) { context in
            let arguments = try await arguments(context)
            let answer: ToolAnswer
            do {
                answer = try await context.connection.call(tool, arguments)
            } catch let error as RemoteError {
                await suggestTool(context)
                throw error
            }
            for warning in answer.warnings { Output.notice(warning.oneLine) }
            try context.output.result(answer.result, text: answer.text)
            guard answer.isError else { return }
            await suggestTool(context)
            throw ExitCodes.toolFailed
        }
    }

    /// Says that the tool is not in the server's list, and which one of it may be meant.
    private func suggestTool(_ context: CommandContext) async {
        guard let names = try? await context.connection.tools().tools.map(\.name), !names.contains(tool) else { return }
        let question = SpellingSuggestion.question(about: tool, among: names)
        let advice = question.isEmpty ? " 'static-auth-client tools' lists those that there are." : question
        Output.notice("Note: The server lists no tool '\(tool)'.\(advice)".oneLine)
    }

    private func arguments(_ context: CommandContext) async throws -> JSONObject {
        if let json {
            guard pairs.isEmpty, let object = (try? JSONParser.parse(Array(json.utf8)))?.object else {
                throw ClientError(
                    .usage, pairs.isEmpty ? "--json is no JSON object." : "Give --json or pairs, not both.",
                    advice: #"For example: --json '{"message": "hello"}'"#)
            }
            return object
        }
        if pairs.isEmpty { return [:] }
        let definition = try await context.connection.tools().tools.first { $0.name == tool }?.definition
        return try ArgumentPairs(schema: definition?["inputSchema"]?.object ?? [:]).object(pairs)
    }
}

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
            let answer = try await context.connection.call(tool, arguments)
            for warning in answer.warnings { Output.notice(warning) }
            context.output.result(answer.result, text: answer.text)
            if answer.isError { throw ExitCodes.toolFailed }
        }
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

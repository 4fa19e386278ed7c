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
            for warning in warnings { Output.notice(warning.oneLine) }
            // The lines of a description are indented, so that none of them looks like a tool.
            let lines = tools.map { tool in
                let name = tool.name.oneLine + Self.parameters(tool.definition).oneLine
                return [name, tool.description].compactMap(\.self).joined(separator: "  ")
                    .split(whereSeparator: \.isNewline).joined(separator: "\n    ")
            }
            try context.output.result(
                ["tools": .array(tools.map { .object($0.definition) })], text: lines.joined(separator: "\n"))
        }
    }

    /// The parameters as in a declaration, `(message: string, times?: integer)`; `?` marks optional ones.
    private static func parameters(_ definition: JSONObject) -> String {
        let schema = definition["inputSchema"]?.object ?? [:]
        let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        let shown = (schema["properties"]?.object?.members ?? []).map { member in
            "\(member.name)\(required.contains(member.name) ? "" : "?"): \(type(member.value.object ?? [:]))"
        }
        let rest = shown.count - maximumParameters
        let list = shown.prefix(maximumParameters) + (rest > 0 ? ["\(rest) more"] : [])
        return "(\(list.joined(separator: ", ")))"
    }

    private static let maximumParameters = 12

    /// The type that a JSON Schema names, in the notation of many languages.
    private static func type(_ schema: JSONObject) -> String {
        if let values = schema["enum"]?.array, !values.isEmpty, values.count <= 6 {
            return values.map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) }.joined(separator: " | ")
        }
        if let types = schema["type"]?.array { return types.compactMap(\.string).joined(separator: " | ") }
        switch schema["type"]?.string {
        case "array": return schema["items"]?.object.map { "\(type($0))[]" } ?? "array"
        case let name?: return name
        case nil: return "any"
        }
    }
}

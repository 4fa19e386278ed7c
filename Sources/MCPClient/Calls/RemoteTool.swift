internal import MCPCore
public import Primitives

/// A tool of a server.
public struct RemoteTool: Sendable {
    /// The name for calls.
    public let name: String
    /// The whole definition as received.
    public let definition: JSONObject
    /// The arguments that headers repeat.
    let headers: [HeaderParameter]

    /// Reads a definition.
    ///
    /// - Parameter readsAnnotations: whether the input schema may demand headers, as in the stateless revisions.
    /// - Throws: the reason why the tool is unusable.
    init(_ definition: JSONObject, readsAnnotations: Bool = true) throws(InvalidSchema) {
        guard let name = definition["name"]?.string else { throw InvalidSchema(problem: "a tool has no name") }
        self.name = name
        self.definition = definition
        headers = readsAnnotations ? try HeaderParameter.all(in: definition["inputSchema"]?.object ?? [:]) : []
    }

    /// The name for people (MCP 2026-07-28, server/tools).
    public var title: String {
        definition["title"]?.string ?? definition["annotations"]?.object?["title"]?.string ?? name
    }

    /// The description.
    public var description: String? { definition["description"]?.string }

    /// The headers that repeat arguments that are present and not null.
    func headerFields(for arguments: JSONObject) -> [(name: String, value: String)] {
        headers.compactMap { header in
            let value: String? =
                switch header.path.reduce(JSONValue.object(arguments), { $0.object?[$1] ?? .null }) {
                case .string(let text): HeaderValue.encode(text)
                case .bool(let value): value ? "true" : "false"
                case .number(let number): number.intValue.map { String($0) } ?? number.text
                default: nil
                }
            return value.map { (HeaderName.parameterPrefix + header.name, $0) }
        }
    }

    /// The maximum number of values checked in a structured result.
    private static let checkLimit = 2_000_000
    /// The maximum number of warnings about one result.
    private static let warningLimit = 10

    /// Violations of the output schema in a result, as far as they can be checked here.
    ///
    /// References are never fetched (MCP 2026-07-28, basic, "`$ref` Resolution"); a schema with unknown keywords is not
    /// checked at all.
    func warnings(about result: JSONObject) -> [String] {
        guard let output = definition["outputSchema"]?.object else { return [] }
        guard let structured = result.given("structuredContent") else {
            return result["isError"]?.bool == true
                ? [] : ["The tool has an output schema, but its result has no structuredContent."]
        }
        guard let schema = try? JSONSchema(output) else { return [] }
        var effort = Self.checkLimit
        let problems = schema.problems(in: structured, effort: &effort)
        var warnings = problems.prefix(Self.warningLimit).map {
            "The result does not fit the tool's schema: \($0.printable(500))."
        }
        if problems.count > warnings.count { warnings.append("There is more that does not fit.") }
        if effort <= 0 { warnings.append("The result is too large to be checked as a whole.") }
        return warnings
    }
}

/// The answer of a tool.
public struct ToolAnswer: Sendable {
    /// The whole result as received.
    public let result: JSONObject
    /// Problems of the result, which is usable all the same.
    public let warnings: [String]

    /// Whether the tool reports a failure.
    public var isError: Bool { result["isError"]?.bool ?? false }
    /// The structured result.
    public var structured: JSONValue? { result["structuredContent"] }

    /// The text blocks, joined.
    public var text: String {
        let blocks = result["content"]?.array ?? []
        return blocks.compactMap { block in
            let type = block.object?["type"]?.string ?? "unknown"
            return type == "text" ? block.object?["text"]?.string : "(\(type))"
        }.joined(separator: "\n")
    }
}

public import Primitives
public import MCPCore

/// A tool that a server offers.
public struct RemoteTool: Sendable {
    /// The name to call it by.
    public let name: String
    /// The whole definition as it came.
    public let definition: JSONObject
    /// The arguments that are repeated in headers.
    let headers: [HeaderParameter]

    /// Reads a definition.
    ///
    /// - Parameter readsAnnotations: whether the input schema may ask for headers, as the stateless revisions have it.
    /// - Throws: what makes the tool unusable.
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

    /// What the tool does.
    public var description: String? { definition["description"]?.string }

    /// The headers that repeat arguments: those that are there and not null.
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

    /// How many values of a structured result are looked at.
    private static let checkLimit = 2_000_000
    /// The most warnings about one result.
    private static let warningLimit = 10

    /// What is odd about a result, as far as the output schema can be checked here.
    ///
    /// References are never fetched (MCP 2026-07-28, basic, "`$ref` Resolution"); a schema with keywords that are not
    /// known here is not checked at all.
    func warnings(about result: JSONObject) -> [String] {
        guard let output = definition["outputSchema"]?.object else { return [] }
        guard let structured = result["structuredContent"] else {
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

/// What a tool answered.
public struct ToolAnswer: Sendable {
    /// The whole result as it came.
    public let result: JSONObject
    /// What is odd about it, though usable.
    public let warnings: [String]

    /// Whether the tool says that it failed.
    public var isError: Bool { result["isError"]?.bool ?? false }
    /// The structured result.
    public var structured: JSONValue? { result["structuredContent"] }

    /// The text blocks, one behind the other.
    public var text: String {
        let blocks = result["content"]?.array ?? []
        return blocks.compactMap { block in
            let type = block.object?["type"]?.string ?? "unknown"
            return type == "text" ? block.object?["text"]?.string : "(\(type))"
        }.joined(separator: "\n")
    }
}

internal import Primitives

/// The tools of the server.
///
/// MCP 2026-07-28, server/tools. The list is the same for every caller and in alphabetical order, so that answers can
/// be cached and compared.
public struct ToolRegistry: Sendable {
    private let tools: [RegisteredTool]
    private let byName: [String: RegisteredTool]

    /// Takes the tools in any order.
    ///
    /// - Throws: ``InvalidTools`` listing every problem of every tool.
    public init(_ tools: [any Tool]) throws(InvalidTools) {
        var problems: [String] = []
        var byName: [String: RegisteredTool] = [:]
        for tool in tools {
            do {
                let registered = try RegisteredTool(tool)
                if byName.updateValue(registered, forKey: tool.name) != nil {
                    problems.append("\(tool.name): two tools have this name")
                }
            } catch {
                problems.append("\(tool.name): \(error.problem)")
            }
        }
        guard problems.isEmpty else { throw InvalidTools(problems: problems) }
        self.byName = byName
        self.tools = byName.values.sorted { $0.tool.name < $1.tool.name }
    }

    /// The tool with this exact name.
    subscript(name: String) -> RegisteredTool? {
        byName[name].flatMap { $0.tool.name.isExactly(name) ? $0 : nil }
    }

    /// The names in the order of the list.
    public var names: [String] { tools.map(\.tool.name) }

    /// The `tools` member for a revision.
    func definitions(for version: ProtocolVersion) -> JSONValue {
        .array(tools.map { .object($0.definition(for: version)) })
    }
}

/// Tools that cannot be offered.
public struct InvalidTools: Error, Equatable {
    /// All problems, each beginning with the tool's name.
    public let problems: [String]
}

/// A tool whose definition has been validated.
final class RegisteredTool: Sendable {
    let tool: any Tool
    let input: JSONSchema
    let output: JSONSchema?
    let headerParameters: [HeaderParameter]

    init(_ tool: any Tool) throws(InvalidSchema) {
        let nameBytes = tool.name.utf8
        guard (1...128).contains(nameBytes.count), nameBytes.allSatisfy(Self.isNameByte) else {
            throw InvalidSchema(problem: "a name is 1 to 128 of A-Z a-z 0-9 _ . -")
        }
        for schema in [tool.inputSchema, tool.outputSchema ?? tool.inputSchema] {
            guard schema["type"] == "object" else {
                throw InvalidSchema(problem: "a schema needs \"type\": \"object\" at its root")
            }
        }
        self.tool = tool
        input = try JSONSchema(tool.inputSchema)
        output = if let schema = tool.outputSchema { try JSONSchema(schema) } else { nil }
        headerParameters = try HeaderParameter.all(in: tool.inputSchema)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    func definition(for version: ProtocolVersion) -> JSONObject {
        var object: JSONObject = ["name": .string(tool.name)]
        if version.hasStructuredContent { object["title"] = .string(tool.title) }
        object["description"] = .string(tool.description)
        object["inputSchema"] = .object(tool.inputSchema)
        if version.hasStructuredContent { object["outputSchema"] = tool.outputSchema.map(JSONValue.object) }
        let annotations = tool.annotations.json
        if !annotations.isEmpty { object["annotations"] = .object(annotations) }
        return object
    }
}

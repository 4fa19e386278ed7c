public import MCPCore
public import Primitives

/// Returns the given message, and the number of its Unicode scalars.
public struct EchoTool: Tool {
    /// The name by which it is called.
    public let name = "echo"
    /// The name for people.
    public let title = "Echo"
    /// The description, for people and models.
    public let description = "Returns the given message and its length."
    /// One text, `message`.
    public let inputSchema: JSONObject = [
        "type": "object",
        "properties": ["message": ["type": "string", "description": "Text to return"]],
        "required": ["message"],
        "additionalProperties": false,
    ]
    /// The text and its length.
    public let outputSchema: JSONObject? = [
        "type": "object",
        "properties": ["echo": ["type": "string"], "length": ["type": "integer"]],
        "required": ["echo", "length"],
    ]
    /// Read-only, idempotent and closed-world.
    public let annotations = ToolAnnotations(readOnlyHint: true, idempotentHint: true, openWorldHint: false)

    /// Makes the tool.
    public init() {}

    /// Returns `echo`, the message, and `length`, its number of Unicode scalars.
    public func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        let message = arguments["message"]?.string ?? ""
        return ["echo": .string(message), "length": JSONValue(message.scalarCount)]
    }
}

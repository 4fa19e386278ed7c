public import MCPCore
public import Primitives

/// Returns the server's time in UTC.
public struct TimeTool: Tool {
    /// The name by which it is called.
    public let name = "get_time"
    /// The name for people.
    public let title = "Current time"
    /// The description, for people and models.
    public let description = "The server's current time in UTC."
    /// No arguments.
    public let inputSchema: JSONObject = ["type": "object", "additionalProperties": false]
    /// The same instant in four forms.
    public let outputSchema: JSONObject? = [
        "type": "object",
        "properties": [
            "current_time": ["type": "string"], "timezone": ["type": "string"], "timestamp": ["type": "number"],
            "formatted": ["type": "string"],
        ],
        "required": ["current_time", "timezone", "timestamp", "formatted"],
    ]
    /// Read-only and closed-world.
    public let annotations = ToolAnnotations(readOnlyHint: true, openWorldHint: false)

    /// Makes the tool.
    public init() {}

    /// Returns the time of the server's clock: two texts in UTC, its zone, and the seconds since the Unix epoch.
    public func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        let seconds = context.now.components.seconds
        return [
            "current_time": .string(UTC.string(seconds, "%Y-%m-%dT%H:%M:%S")), "timezone": "UTC",
            "timestamp": JSONValue(Double(seconds)),
            "formatted": .string(UTC.string(seconds, "%Y-%m-%d %H:%M:%S")),
        ]
    }
}

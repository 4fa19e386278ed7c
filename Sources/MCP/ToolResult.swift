/// How a tool call ended.
///
/// MCP 2026-07-28, server/tools, "Tool Result" and "Error Handling".
enum ToolResult: Sendable {
    /// The tool's structured result.
    case success(JSONObject)
    /// What the model should know to do better.
    case failure(String)

    /// The `result` member as a revision knows it.
    ///
    /// The text block repeats the structured result for clients that read only text.
    func json(for version: ProtocolVersion, description: ServerDescription) -> JSONObject {
        var result: JSONObject = version.era == .modern ? ["resultType": "complete"] : [:]
        switch self {
        case .success(let structured):
            result["content"] = Self.text(String(decoding: JSONWriter.bytes(of: structured), as: UTF8.self))
            if version.hasStructuredContent { result["structuredContent"] = .object(structured) }
            result["isError"] = false
        case .failure(let explanation):
            result["content"] = Self.text(explanation)
            result["isError"] = true
        }
        if version.era == .modern { result[MetaKey.meta] = .object(description.resultMeta) }
        return result
    }

    private static func text(_ text: String) -> JSONValue { [["type": "text", "text": .string(text)]] }
}

internal import Primitives

/// How a tool call ended.
///
/// MCP 2026-07-28, server/tools, "Tool Result" and "Error Handling".
enum ToolResult: Sendable {
    /// The tool's structured result.
    case success(JSONObject)
    /// What the model should know to do better.
    case failure(String)

    /// Writes the `result` member as a revision knows it.
    ///
    /// The text block repeats the structured result for clients that read only text. Each call comes here, so nothing
    /// is built that is only to be written.
    func write(into writer: inout JSONWriter, for version: ProtocolVersion, _ description: ServerDescription) {
        let isModern = version.era == .modern
        writer.write(raw: isModern ? #"{"resultType":"complete","content":"# : #"{"content":"#)
        writer.write(raw: #"[{"type":"text","text":"#)
        switch self {
        case .success(let structured):
            let json = JSONWriter.bytes(of: structured)
            writer.write(text: json)
            writer.write(raw: "}]")
            if version.hasStructuredContent {
                writer.write(raw: #","structuredContent":"#)
                writer.write(raw: json)
            }
            writer.write(raw: #","isError":false"#)
        case .failure(let explanation):
            writer.write(explanation)
            writer.write(raw: #"}],"isError":true"#)
        }
        if isModern {
            writer.write(raw: Self.meta)
            writer.write(raw: description.resultMetaText)
        }
        writer.write(raw: "}")
    }

    private static let meta = #","\#(MetaKey.meta)":"#
}

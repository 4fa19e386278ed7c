internal import Primitives

/// The outcome of a tool call.
///
/// MCP 2026-07-28, server/tools, "Tool Result" and "Error Handling".
enum ToolResult: Sendable {
    /// The tool's structured result.
    case success(JSONObject)
    /// The explanation for the model.
    indirect case failure(ToolFailure)

    /// The response to a call in a revision.
    func response(to id: RequestID, for version: ProtocolVersion, _ description: ServerDescription) -> Response {
        switch self {
        case .success(let structured):
            .result(
                OutgoingMessage.response(to: id) { writer in
                    Self.write(structured, into: &writer, for: version, description)
                })
        case .failure(let failure):
            .refusal(
                .failedCall(
                    FailedCall(
                        id: id, explanation: failure.explanation,
                        result: Self.result(failure.text, for: version, description))))
        }
    }

    /// Writes the `result` member of a successful call.
    ///
    /// The text block repeats the structured result for clients that read only text. It writes directly, because every
    /// call comes here.
    private static func write(
        _ structured: JSONObject, into writer: inout JSONWriter, for version: ProtocolVersion,
        _ description: ServerDescription
    ) {
        let isModern = version.era == .modern
        writer.write(raw: isModern ? #"{"resultType":"complete","content":"# : #"{"content":"#)
        writer.write(raw: #"[{"type":"text","text":"#)
        let json = JSONWriter.bytes(of: structured)
        writer.makeRoom(for: version.hasStructuredContent ? 2 * json.count : json.count)
        writer.write(text: json)
        writer.write(raw: "}]")
        if version.hasStructuredContent {
            writer.write(raw: #","structuredContent":"#)
            writer.write(raw: json)
        }
        writer.write(raw: #","isError":false"#)
        if isModern {
            writer.write(raw: meta)
            writer.write(raw: description.resultMetaText)
        }
        writer.write(raw: "}")
    }

    private static let meta = #","\#(MetaKey.meta)":"#

    /// The `result` member of a failed call.
    private static func result(
        _ text: String, for version: ProtocolVersion, _ description: ServerDescription
    ) -> JSONObject {
        var result: JSONObject = version.era == .modern ? ["resultType": "complete"] : [:]
        result["content"] = [["type": "text", "text": .string(text)]]
        result["isError"] = true
        if version.era == .modern { result[MetaKey.meta] = .object(description.resultMeta) }
        return result
    }
}

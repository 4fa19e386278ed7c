import MCPCore
import Primitives
import TestSupport

extension TestClient {
    /// Sends a document to a debug endpoint.
    func debug(_ path: String, _ document: JSONObject? = [:], method: String = "POST") async throws -> Answer {
        let body = document.map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) }
        return try await send(method, "/debug" + path, [("Content-Type", "application/json")], body: body)
    }

    /// The status of a call with a token at /mcp.
    func status(_ token: String) async throws -> Int {
        try await callEcho("", token: token).status
    }

    /// Opens a stream for changes of the tool list, and reads its first message.
    func listen(token: String) async throws -> EventReader {
        let (fields, body) = Self.modernRequest(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true]], token: token)
        let stream = try await EventReader(self, "POST", "/mcp", fields, body: body)
        _ = await stream.nextMessage()
        return stream
    }
}

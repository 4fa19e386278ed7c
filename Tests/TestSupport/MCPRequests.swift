internal import MCPCore
public import Primitives

extension TestClient {
    /// The header fields of a POST to /mcp.
    public static func fields(token: String?) -> [(String, String)] {
        let fields = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        return fields + (token.map { [("Authorization", "Bearer \($0)")] } ?? [])
    }

    /// The header fields and body of a correct request of revision 2026-07-28.
    public static func modernRequest(
        _ method: String, _ params: JSONObject = [:], id: JSONValue = 1, token: String?
    ) -> (fields: [(String, String)], body: String) {
        var params = params
        params["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        var fields = fields(token: token)
        fields += [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)]
        if let name = params["name"]?.string { fields.append(("Mcp-Name", name)) }
        return (fields, body(method, params, id: id))
    }

    /// Sends a correct request of revision 2026-07-28.
    public func modern(
        _ method: String, _ params: JSONObject = [:], id: JSONValue = 1, token: String?
    ) async throws -> Answer {
        let (fields, body) = Self.modernRequest(method, params, id: id, token: token)
        return try await send("POST", "/mcp", fields, body: body)
    }

    /// Calls the tool `echo` as revision 2026-07-28 does.
    public func callEcho(_ message: String, token: String?) async throws -> Answer {
        try await modern(
            "tools/call", ["name": "echo", "arguments": ["message": .string(message)]], token: token)
    }

    /// Sends a message in the form of the earlier revisions, within a session if one is given.
    public func legacy(
        _ method: String, _ params: JSONObject? = nil, id: JSONValue? = 1, session: String? = nil, token: String?,
        _ more: [(String, String)] = []
    ) async throws -> Answer {
        let fields = Self.fields(token: token) + (session.map { [("Mcp-Session-Id", $0)] } ?? []) + more
        return try await send("POST", "/mcp", fields, body: Self.body(method, params, id: id))
    }

    /// Opens a session and returns its id; the client names itself as its user agent does.
    public func openSession(_ version: String = "2025-11-25", token: String?) async throws -> String {
        let name = (agent ?? "test/1").split(separator: "/").map(String.init)
        let answer = try await legacy(
            "initialize",
            [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": ["name": .string(name[0]), "version": .string(name[1])],
            ], token: token)
        guard let session = answer["Mcp-Session-Id"] else { throw MalformedAnswer(text: answer.body) }
        return session
    }

    /// The text of a JSON-RPC message; without an id a notification.
    public static func body(_ method: String, _ params: JSONObject?, id: JSONValue?) -> String {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        message["id"] = id
        message["params"] = params.map { .object($0) }
        return String(decoding: JSONWriter.bytes(of: message), as: UTF8.self)
    }
}

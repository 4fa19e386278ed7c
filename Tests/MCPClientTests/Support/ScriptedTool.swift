import HTTPEdge
import MCPCore
import Primitives

extension ScriptedServer {
    /// Serves the stateless revision with other tools, or with another answer to a call.
    static func serving(
        tools: (@Sendable () -> [JSONObject])? = nil,
        call: (@Sendable (Asked) async throws -> HTTPResponse)? = nil
    ) -> Script {
        { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            switch asked.method {
            case "tools/list":
                guard let tools else { return mcp(asked) }
                return .result(
                    ["resultType": "complete", "tools": .array(tools().map { .object($0) }), "ttlMs": 0], to: asked)
            case "tools/call": return try await call?(asked) ?? mcp(asked)
            default: return mcp(asked)
            }
        }
    }

    /// The same for sessions.
    static func servingSessions(
        call: @escaping @Sendable (Asked) async throws -> HTTPResponse
    ) -> Script {
        { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            if asked.request.method == .get { return HTTPResponse(.methodNotAllowed) }
            if asked.request.method == .delete { return HTTPResponse(.noContent) }
            return asked.method == "tools/call" ? try await call(asked) : legacyMCP(asked)
        }
    }

    /// A tool with the properties of its input.
    static func tool(_ name: String, _ properties: JSONObject = [:]) -> JSONObject {
        ["name": .string(name), "inputSchema": ["type": "object", "properties": .object(properties)]]
    }
}

extension HTTPResponse {
    /// An event stream that a test writes.
    static func stream(_ write: @escaping @Sendable (@Sendable (JSONObject) async throws -> Void) async throws -> Void)
        -> HTTPResponse
    {
        HTTPResponse(
            .ok, fields: HTTPFields([("Content-Type", "text/event-stream")]),
            body: .events(
                EventStream { writer in
                    try await write { message in
                        try await writer.send(Array("data: ".utf8) + JSONWriter.bytes(of: message) + [0x0A, 0x0A])
                    }
                }))
    }
}

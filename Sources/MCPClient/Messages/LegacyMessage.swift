internal import MCPCore
internal import Primitives

/// One message within a session of the revisions before 2026-07-28.
///
/// MCP 2025-11-25, basic/transports, "Session Management" and "Protocol Version Header".
struct LegacyMessage {
    /// The result of the handshake.
    struct Session: Sendable, Equatable {
        let version: ProtocolVersion
        /// The value for `Mcp-Session-Id`; nil when the server has no sessions.
        let id: String?

        /// The headers of every message after the handshake.
        var fields: [(name: String, value: String)] {
            var fields: [(name: String, value: String)] = []
            if let id { fields.append((HeaderName.session, id)) }
            // 2025-03-26 does not have the header.
            if version != .march2025 { fields.append((HeaderName.protocolVersion, version.rawValue)) }
            return fields
        }
    }

    /// A request, or a notification when it has no id.
    static func body(id: JSONValue?, method: String, params: JSONObject) -> [UInt8] {
        var message: JSONObject = [Member.jsonrpc: .string(Member.version)]
        message[Member.id] = id
        message[Member.method] = .string(method)
        if !params.isEmpty { message[Member.params] = .object(params) }
        return JSONWriter.bytes(of: message)
    }

    /// The handshake's first message.
    static func initialize(id: JSONValue, version: ProtocolVersion) -> [UInt8] {
        initialize(id: id, version: version.rawValue)
    }

    /// The same with any version, even an unknown one.
    static func initialize(id: JSONValue, version: String) -> [UInt8] {
        body(
            id: id, method: Method.initialize.rawValue,
            params: [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": .object(ClientDescription.implementation),
            ])
    }

    /// The answer to a request of the server: `ping` is answered, no other capability was declared.
    static func answer(to request: JSONObject) -> [UInt8]? {
        guard let id = request.given(Member.id), let method = request[Member.method]?.string else { return nil }
        var message: JSONObject = [Member.jsonrpc: .string(Member.version), Member.id: id]
        if method == Method.ping.rawValue {
            message[Member.result] = [:]
        } else {
            message[Member.error] = ["code": -32601, "message": .string("Method not found: \(method.printable(100))")]
        }
        return JSONWriter.bytes(of: message)
    }
}

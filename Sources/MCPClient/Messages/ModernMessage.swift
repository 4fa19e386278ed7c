internal import MCPCore
internal import Primitives

/// One request of the stateless revisions, with headers that match its body.
///
/// MCP 2026-07-28, basic, "Per-request protocol fields", and basic/transports/streamable-http, "Request Metadata".
struct ModernMessage {
    let id: JSONValue
    let method: String
    let params: JSONObject
    let version: ProtocolVersion
    /// The `Mcp-Param-…` headers that the tool's schema demands.
    var parameters: [(name: String, value: String)] = []

    init(
        id: JSONValue, method: String, params: JSONObject, version: ProtocolVersion,
        parameters: [(name: String, value: String)] = []
    ) {
        (self.id, self.method, self.params, self.version, self.parameters) = (id, method, params, version, parameters)
    }

    init(id: JSONValue, method: Method, params: JSONObject, version: ProtocolVersion) {
        self.init(id: id, method: method.rawValue, params: params, version: version)
    }

    /// The header fields of every POST to an MCP endpoint, in every revision.
    static let commonFields = [
        (name: "Content-Type", value: "application/json"),
        (name: "Accept", value: "application/json, text/event-stream"),
    ]

    var fields: [(name: String, value: String)] {
        var fields = Self.commonFields
        fields.append((HeaderName.protocolVersion, version.rawValue))
        fields.append((HeaderName.method, method))
        if let name = Self.nameMember[method].flatMap({ params[$0]?.string }) {
            fields.append((HeaderName.name, HeaderValue.encode(name)))
        }
        return fields + parameters
    }

    var body: [UInt8] {
        var meta = params[MetaKey.meta]?.object ?? [:]
        meta[MetaKey.protocolVersion] = .string(version.rawValue)
        if meta[MetaKey.clientCapabilities] == nil { meta[MetaKey.clientCapabilities] = [:] }
        if meta[MetaKey.clientInfo] == nil { meta[MetaKey.clientInfo] = .object(ClientDescription.implementation) }
        var params = params
        params[MetaKey.meta] = .object(meta)
        let message: JSONObject = [
            Member.jsonrpc: .string(Member.version), Member.id: id, Member.method: .string(method),
            Member.params: .object(params),
        ]
        return JSONWriter.bytes(of: message)
    }

    /// The member of the body that `Mcp-Name` repeats.
    private static let nameMember = [Method.callTool.rawValue: "name", "prompts/get": "name", "resources/read": "uri"]
}

internal import MCPCore
internal import Primitives

/// The messages between host and bridge, and their conversion between the eras.
enum BridgeMessage {
    static func result(_ result: JSONObject, id: JSONValue) -> JSONObject {
        [Member.jsonrpc: .string(Member.version), Member.id: id, Member.result: .object(result)]
    }

    static func error(_ code: Int, _ message: String, data: JSONValue? = nil, id: JSONValue?) -> JSONObject {
        var error: JSONObject = ["code": JSONValue(code), "message": .string(message)]
        error["data"] = data
        var response: JSONObject = [Member.jsonrpc: .string(Member.version)]
        response[Member.id] = id
        response[Member.error] = .object(error)
        return response
    }

    static func notification(_ method: String, _ params: JSONObject) -> JSONObject {
        var message: JSONObject = [Member.jsonrpc: .string(Member.version), Member.method: .string(method)]
        if !params.isEmpty { message[Member.params] = .object(params) }
        return message
    }

    /// The result of the handshake with the host.
    static func initialized(_ info: ServerInfo, _ version: ProtocolVersion) -> JSONObject {
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue), "capabilities": .object(info.capabilities),
            "serverInfo": .object(info.implementation ?? ClientDescription.implementation),
        ]
        result["instructions"] = info.instructions.map { .string($0) }
        return result
    }

    /// The result of the host's `server/discover`.
    static func discovered(_ info: ServerInfo) -> JSONObject {
        var result: JSONObject = [
            "resultType": "complete", "supportedVersions": .array(ProtocolVersion.modern.map { .string($0.rawValue) }),
            "capabilities": .object(info.capabilities), "ttlMs": 0, "cacheScope": "private",
            MetaKey.meta: [MetaKey.serverInfo: .object(info.implementation ?? ClientDescription.implementation)],
        ]
        result["instructions"] = info.instructions.map { .string($0) }
        return result
    }

    /// The parameters without the host's metadata: for the remote the client is the bridge, with the bridge's
    /// capabilities.
    static func forwarded(_ params: JSONObject) -> JSONObject {
        guard var meta = params[MetaKey.meta]?.object else { return params }
        for key in [MetaKey.protocolVersion, MetaKey.clientCapabilities, MetaKey.clientInfo] { meta[key] = nil }
        var params = params
        params[MetaKey.meta] = meta.isEmpty ? nil : .object(meta)
        return params
    }

    /// A result for a host of the stateless revisions, with the members that they require.
    static func modern(_ result: JSONObject, method: String) -> JSONObject {
        var result = result
        if result.given("resultType") == nil { result["resultType"] = "complete" }
        if method.hasSuffix("/list") || method == "resources/read" {
            if result.given("ttlMs") == nil { result["ttlMs"] = 0 }
            if result.given("cacheScope") == nil { result["cacheScope"] = "private" }
        }
        return result
    }

    /// A result for a host of the older revisions, without members that they do not define.
    static func legacy(_ result: JSONObject) -> JSONObject {
        var result = result
        for name in ["resultType", "ttlMs", "cacheScope"] { result[name] = nil }
        if var meta = result[MetaKey.meta]?.object {
            meta[MetaKey.serverInfo] = nil
            result[MetaKey.meta] = meta.isEmpty ? nil : .object(meta)
        }
        // Only an object was allowed there; the text has the same content.
        if let structured = result["structuredContent"], structured.object == nil { result["structuredContent"] = nil }
        return result
    }
}

internal import Primitives

/// The first request of a modern client.
///
/// MCP 2026-07-28, server/discover.
enum Discover {
    /// The result, the same for every client.
    ///
    /// The versions include the legacy ones, which `initialize` reaches on the same endpoint.
    static func result(_ description: ServerDescription) -> JSONObject {
        var result: JSONObject = [
            "resultType": "complete",
            "supportedVersions": .array(ProtocolVersion.allCases.map { .string($0.rawValue) }),
            "capabilities": .object(ServerDescription.capabilities),
        ]
        result["instructions"] = description.instructions.map(JSONValue.string)
        CacheHint.add(to: &result)
        result[MetaKey.meta] = .object(description.resultMeta)
        return result
    }
}

/// The caching metadata of results.
///
/// MCP 2026-07-28, server/utilities/caching: no list here depends on the caller.
enum CacheHint {
    static func add(to result: inout JSONObject) {
        result["ttlMs"] = 300_000
        result["cacheScope"] = "public"
    }
}

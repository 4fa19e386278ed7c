public import MCPCore
public import Primitives

/// The server's own description.
public struct ServerInfo: Sendable {
    /// The negotiated revision.
    public let version: ProtocolVersion
    /// The server's capabilities.
    public let capabilities: JSONObject
    /// Its name and version, for people; no behaviour depends on it (MCP 2026-07-28, server/discover).
    public let implementation: JSONObject?
    /// Instructions for a model that uses the tools.
    public let instructions: String?

    init(discovered result: JSONObject, version: ProtocolVersion) {
        self.version = version
        capabilities = result["capabilities"]?.object ?? [:]
        implementation = result[MetaKey.meta]?.object?[MetaKey.serverInfo]?.object
        instructions = result["instructions"]?.string
    }

    init(initialized result: JSONObject, version: ProtocolVersion) {
        self.version = version
        capabilities = result["capabilities"]?.object ?? [:]
        implementation = result["serverInfo"]?.object
        instructions = result["instructions"]?.string
    }
}

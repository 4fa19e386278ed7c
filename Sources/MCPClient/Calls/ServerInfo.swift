public import Primitives
public import MCPCore

/// What a server says about itself at the beginning.
public struct ServerInfo: Sendable {
    /// The revision that is used.
    public let version: ProtocolVersion
    /// What it can do.
    public let capabilities: JSONObject
    /// Its name and version, for people; nothing depends on it (MCP 2026-07-28, server/discover).
    public let implementation: JSONObject?
    /// What a model should know before it uses the tools.
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

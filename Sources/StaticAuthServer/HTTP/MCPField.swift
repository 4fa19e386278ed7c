/// The names of MCP's header fields that are used in several places.
///
/// MCP 2026-07-28, Streamable HTTP.
enum MCPField {
    /// The field that names the revision.
    static let protocolVersion = "MCP-Protocol-Version"
    /// The field of the legacy revisions' sessions.
    static let session = "Mcp-Session-Id"
}

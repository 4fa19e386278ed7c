/// The header fields of MCP over HTTP.
///
/// MCP 2026-07-28 and 2025-11-25, basic/transports.
package enum HeaderName {
    /// The revision of a message.
    package static let protocolVersion = "MCP-Protocol-Version"
    /// The method of a message of the stateless revisions.
    package static let method = "Mcp-Method"
    /// The tool, prompt or resource of a message of the stateless revisions.
    package static let name = "Mcp-Name"
    /// The prefix of the fields that repeat arguments of a tool call.
    package static let parameterPrefix = "Mcp-Param-"
    /// The session of the older revisions.
    package static let session = "Mcp-Session-Id"
    /// The last event of a stream that is resumed (HTML, Server-sent events).
    package static let lastEventID = "Last-Event-ID"
}

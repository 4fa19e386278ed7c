internal import HTTPEdge
internal import MCP

/// Reads the header fields of MCP's Streamable HTTP transport.
enum MCPHeaders {
    /// The fields as values; white space around them is gone already.
    static func transport(of fields: HTTPFields, _ accept: Accept) -> TransportHeaders {
        TransportHeaders(
            protocolVersion: fields[protocolVersion], method: fields["mcp-method"], name: fields["mcp-name"],
            sessionID: fields[session], acceptsEventStream: accept.eventStream,
            parameters: parameters(of: fields))
    }

    /// What is wrong with the form in which a POST comes or wants its answer; nil when both are right.
    static func refusal(of fields: HTTPFields, _ accept: Accept) -> RequestRefusal? {
        guard fields.isOnly("content-type", jsonType) || fields.mediaType == jsonType else { return .notJSON }
        guard accept.json, accept.eventStream else { return .notAcceptable }
        return nil
    }

    /// The fields that repeat arguments of a tool call: `Mcp-Param-City` is `city`.
    private static func parameters(of fields: HTTPFields) -> [(name: String, value: String)] {
        fields.withPrefix(prefix).map { (String($0.name.dropFirst(prefix.utf8.count)).lowercased(), $0.value) }
    }

    /// The field that names the revision.
    static let protocolVersion = "MCP-Protocol-Version"
    /// The field of the legacy revisions' sessions.
    static let session = "Mcp-Session-Id"

    private static let jsonType = "application/json"
    private static let prefix = "mcp-param-"
}

internal import HTTPEdge
internal import MCP

/// Reads the header fields of MCP's Streamable HTTP transport.
enum MCPHeaders {
    /// The fields as values; white space around them is gone already.
    static func transport(of fields: HTTPFields, _ accept: Accept) -> TransportHeaders {
        TransportHeaders(
            protocolVersion: fields["mcp-protocol-version"], method: fields["mcp-method"], name: fields["mcp-name"],
            sessionID: fields["mcp-session-id"], acceptsEventStream: accept.eventStream,
            parameters: parameters(of: fields))
    }

    /// What is wrong with the form in which a POST comes or wants its answer; nil when both are right.
    static func refusal(of fields: HTTPFields, _ accept: Accept) -> HTTPResponse? {
        guard fields.first("content-type") == jsonType || fields.mediaType == jsonType else {
            return ErrorResponses.plain(
                .unsupportedMediaType, "unsupported_media_type", "The body must be JSON: Content-Type \(jsonType).")
        }
        guard accept.json, accept.eventStream else { return notAcceptable }
        return nil
    }

    /// The answer to a client that cannot read what it would get.
    static let notAcceptable = ErrorResponses.plain(
        .notAcceptable, "not_acceptable",
        "Accept must list text/event-stream, and for a POST also application/json.")

    /// The fields that repeat arguments of a tool call: `Mcp-Param-City` is `city`.
    private static func parameters(of fields: HTTPFields) -> [(name: String, value: String)] {
        fields.withPrefix(prefix).map { (String($0.name.dropFirst(prefix.utf8.count)).lowercased(), $0.value) }
    }

    private static let jsonType = "application/json"
    private static let prefix = "mcp-param-"
}

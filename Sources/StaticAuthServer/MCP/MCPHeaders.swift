internal import HTTPEdge
internal import MCP

/// Reads the header fields of MCP's Streamable HTTP transport.
enum MCPHeaders {
    /// The fields as values; white space around them is gone already.
    static func transport(of fields: HTTPFields) -> TransportHeaders {
        TransportHeaders(
            protocolVersion: fields["mcp-protocol-version"], method: fields["mcp-method"], name: fields["mcp-name"],
            sessionID: fields["mcp-session-id"], acceptsEventStream: fields.accepts("text/event-stream"),
            parameters: parameters(of: fields))
    }

    /// What is wrong with the form in which a POST comes or wants its answer; nil when both are right.
    static func refusal(of fields: HTTPFields) -> HTTPResponse? {
        guard fields.mediaType == "application/json" else {
            return ErrorResponses.plain(
                .unsupportedMediaType, "unsupported_media_type", "The body must be JSON: Content-Type application/json.")
        }
        guard fields.accepts("application/json"), fields.accepts("text/event-stream") else { return notAcceptable }
        return nil
    }

    /// The answer to a client that cannot read what it would get.
    static let notAcceptable = ErrorResponses.plain(
        .notAcceptable, "not_acceptable",
        "Accept must list text/event-stream, and for a POST also application/json.")

    /// The fields that repeat arguments of a tool call: `Mcp-Param-City` is `city`.
    private static func parameters(of fields: HTTPFields) -> [(name: String, value: String)] {
        fields.all.compactMap { field in
            let name = field.name.lowercased()
            return name.hasPrefix(prefix) ? (String(name.dropFirst(prefix.count)), field.value) : nil
        }
    }

    private static let prefix = "mcp-param-"
}

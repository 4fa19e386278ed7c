internal import HTTPEdge
internal import MCPCore
internal import OAuth

/// The header fields of a request to `/mcp`, parsed and shared by requests with the same head.
///
/// MCP 2026-07-28, Streamable HTTP.
final class MCPHeaders: HeadDerived {
    /// The access token; nil without bearer credentials; a failure for malformed ones.
    let token: Result<Secret?, OAuthError>
    /// The fields of the transport, without surrounding white space.
    let transport: TransportHeaders
    /// The refusal of a POST with another content type or without the types that it must accept; nil when both are
    /// right.
    let refusal: RequestRefusal?

    /// Parses the fields.
    init(_ fields: HTTPFields) {
        let accept = Accept(fields)
        token = Result { () throws(OAuthError) in try BearerToken.parse(fields["authorization"]) }
        transport = TransportHeaders(
            protocolVersion: fields[HeaderName.protocolVersion], method: fields[HeaderName.method],
            name: fields[HeaderName.name], sessionID: fields[HeaderName.session],
            acceptsEventStream: accept.eventStream,
            parameters: Self.parameters(of: fields))
        refusal =
            switch (fields.mediaType == "application/json", accept.json && accept.eventStream) {
            case (false, _): .notJSON
            case (true, false): .notAcceptable
            case (true, true): nil
            }
    }

    /// The fields that repeat arguments of a tool call: `Mcp-Param-City` is `city`.
    private static func parameters(of fields: HTTPFields) -> [(name: String, value: String)] {
        fields.withPrefix(prefix).map { (String($0.name.dropFirst(prefix.utf8.count)).lowercased(), $0.value) }
    }

    private static let prefix = HeaderName.parameterPrefix.lowercased()
}

internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/token`: exchanges a grant for tokens.
///
/// RFC 6749 §3.2.
struct TokenRoute: Route {
    let endpoint: TokenEndpoint

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let tokens = try await endpoint.respond(
            to: try request.formParameters(), authorization: request.fields["authorization"], origin: origin.text,
            peer: request.network)
        return Responses.credentials(.ok, tokens.document)
    }
}

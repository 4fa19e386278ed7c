internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/token`: trades a grant for tokens.
///
/// RFC 6749 §3.2.
struct TokenRoute: Route {
    let endpoint: TokenEndpoint
    /// Says that tokens may have been revoked: a code or refresh token that comes back a second time revokes.
    let tokensChanged: @Sendable () -> Void

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        do {
            let tokens = try await endpoint.respond(
                to: try request.formParameters(), authorization: request.fields["authorization"], origin: origin.text,
                peer: request.peer)
            return Responses.credentials(.ok, tokens.document)
        } catch let error as OAuthError where error.code == .invalidGrant {
            tokensChanged()
            throw error
        }
    }
}

internal import HTTPEdge
internal import OAuthServer

/// `/revoke`: revokes a token.
///
/// RFC 7009 §2.
struct RevokeRoute: Route {
    let endpoint: RevocationEndpoint

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        try await endpoint.respond(
            to: try request.formParameters(), authorization: request.fields["authorization"], peer: request.network)
        return HTTPResponse(.ok, fields: HTTPFields([("Cache-Control", "no-store"), ("Pragma", "no-cache")]))
    }
}

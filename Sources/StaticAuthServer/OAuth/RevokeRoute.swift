internal import HTTPEdge
internal import OAuthServer

/// `/revoke`: revokes a token.
///
/// RFC 7009 §2.
struct RevokeRoute: Responder {
    let endpoint: RevocationEndpoint

    func answer(_ request: HTTPRequest, origin: Origin, entry: Int?) async throws -> Answer {
        let hasEffect = try await endpoint.respond(
            to: try request.formParameters(), authorization: request.fields["authorization"], peer: request.network)
        var answer = Answer(
            response: HTTPResponse(.ok, fields: HTTPFields([("Cache-Control", "no-store"), ("Pragma", "no-cache")])))
        answer.hasEffect = hasEffect
        return answer
    }
}

internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/introspect`: describes a token.
///
/// RFC 7662 §2.
struct IntrospectRoute: Route {
    let endpoint: IntrospectionEndpoint

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let description = try await endpoint.respond(
            to: try request.formParameters(), authorization: request.fields["authorization"], peer: request.network)
        return Responses.credentials(.ok, description.document)
    }
}

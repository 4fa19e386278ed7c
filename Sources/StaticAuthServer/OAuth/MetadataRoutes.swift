internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/.well-known/oauth-authorization-server`: the metadata of the authorization server.
///
/// RFC 8414 §3.
struct AuthorizationServerMetadataRoute: Route {
    let metadata: Metadata

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.json(.ok, metadata.authorizationServer(origin: origin.text).document)
    }
}

/// `/.well-known/oauth-protected-resource/mcp`: the metadata of the MCP endpoint.
///
/// RFC 9728 §3.
struct ProtectedResourceMetadataRoute: Route {
    let metadata: Metadata

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.json(.ok, metadata.protectedResource(origin: origin.text).document)
    }
}

/// `/.well-known/oauth-protected-resource`: the same for the origin as a whole, whose `resource` is the origin.
///
/// RFC 9728 §3.3: the document must name the URL into which the well-known path was inserted.
struct OriginMetadataRoute: Route {
    let metadata: Metadata

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.json(.ok, metadata.originResource(origin: origin.text).document)
    }
}

public import OAuth

/// The metadata of the server and of its protected resource.
public struct Metadata: Sendable {
    let configuration: Configuration

    /// The metadata of the authorization server, with URLs under the request's origin.
    ///
    /// RFC 8414 §2 and §3.3: the issuer is the origin itself.
    public func authorizationServer(origin: String) -> AuthorizationServerMetadata {
        let clients = configuration.clients
        return AuthorizationServerMetadata(
            issuer: origin,
            authorizationEndpoint: origin + EndpointPath.authorize.rawValue,
            tokenEndpoint: origin + EndpointPath.token.rawValue,
            revocationEndpoint: origin + EndpointPath.revoke.rawValue,
            introspectionEndpoint: origin + EndpointPath.introspect.rawValue,
            grantTypes: configuration.grantTypes,
            tokenMethods: clients.methods(\.methods),
            revocationMethods: clients.methods(\.methods),
            introspectionMethods: clients.methods(\.introspectionMethods),
            scopes: configuration.supportedScope)
    }

    /// The metadata of the protected resource, for the well-known URL with the resource's path.
    ///
    /// RFC 9728 §3.3. `offline_access` is not among its scopes, because it does not concern the resource.
    public func protectedResource(origin: String) -> ProtectedResourceMetadata {
        protectedResource(named: origin + configuration.resourcePath, origin: origin)
    }

    /// The metadata of the protected resource, for the well-known URL without a path, whose resource is the origin.
    public func originResource(origin: String) -> ProtectedResourceMetadata {
        protectedResource(named: origin, origin: origin)
    }

    private func protectedResource(named resource: String, origin: String) -> ProtectedResourceMetadata {
        ProtectedResourceMetadata(
            resource: resource, authorizationServers: [origin], scopes: configuration.baseScope,
            name: configuration.resourceName)
    }
}

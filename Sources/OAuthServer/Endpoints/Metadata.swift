public import OAuth

/// What the server publishes about itself and about the resource it protects.
public struct Metadata: Sendable {
    let configuration: Configuration

    /// The authorization server's metadata, all of it under the origin that was asked.
    ///
    /// RFC 8414 §2 and §3.3: the issuer is the origin itself.
    public func authorizationServer(origin: String) -> AuthorizationServerMetadata {
        let authentication = configuration.client.authentication
        return AuthorizationServerMetadata(
            issuer: origin,
            authorizationEndpoint: origin + EndpointPath.authorize.rawValue,
            tokenEndpoint: origin + EndpointPath.token.rawValue,
            revocationEndpoint: origin + EndpointPath.revoke.rawValue,
            introspectionEndpoint: origin + EndpointPath.introspect.rawValue,
            grantTypes: configuration.grantTypes,
            tokenMethods: authentication.methods,
            revocationMethods: authentication.methods,
            introspectionMethods: authentication.introspectionMethods,
            scopes: configuration.supportedScope)
    }

    /// The protected resource's metadata for the well-known URL with the resource's path.
    ///
    /// RFC 9728 §3.3. `offline_access` is not among its scopes: it is no matter of the resource.
    public func protectedResource(origin: String) -> ProtectedResourceMetadata {
        protectedResource(named: origin + configuration.resourcePath, origin: origin)
    }

    /// The protected resource's metadata for the well-known URL without a path, whose resource is the origin.
    public func originResource(origin: String) -> ProtectedResourceMetadata {
        protectedResource(named: origin, origin: origin)
    }

    private func protectedResource(named resource: String, origin: String) -> ProtectedResourceMetadata {
        ProtectedResourceMetadata(
            resource: resource, authorizationServers: [origin], scopes: configuration.baseScope,
            name: configuration.resourceName)
    }
}

internal import OAuthServer

/// The part of the server that a request was for, by the name that filters, figures and faults use.
enum EndpointName: String, CaseIterable, Sendable {
    case token
    case authorize
    case login
    case introspect
    case revoke
    case register
    /// The metadata of the authorization server, also where a client only looks for it.
    case metadata
    /// The metadata of the protected resource, also where a client only looks for it.
    case resourceMetadata = "resource-metadata"
    case mcp
    case callback
    case home
    case health
    /// Any other path.
    case other

    /// Finds the name of a path.
    init(path: String) {
        self = path == Path.mcp ? .mcp : Self.byPath[path] ?? Self.lookedFor(path)
    }

    private static let byPath: [String: EndpointName] = [
        EndpointPath.token.rawValue: .token, EndpointPath.authorize.rawValue: .authorize, Path.login: .login,
        EndpointPath.introspect.rawValue: .introspect, EndpointPath.revoke.rawValue: .revoke,
        EndpointPath.register.rawValue: .register, Path.callback: .callback, Path.home: .home, Path.health: .health,
    ]

    /// Clients try several well-known paths; RFC 8414 §3.1 and §5, RFC 9728 §3.1.
    private static func lookedFor(_ path: String) -> EndpointName {
        if path.contains(Path.originMetadata) { return .resourceMetadata }
        let names = [Path.authorizationServerMetadata, "/.well-known/openid-configuration"]
        return names.contains(where: path.contains) ? .metadata : .other
    }
}

/// The part of the server that a request was for, by the name that filters, figures and faults use.
package enum EndpointName: String, CaseIterable, Sendable, BitwiseCopyable {
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
}

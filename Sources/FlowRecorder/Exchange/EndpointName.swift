/// The name of an endpoint, as filters, metrics and faults use it.
package enum EndpointName: String, CaseIterable, Sendable, BitwiseCopyable {
    case token
    case authorize
    case login
    case introspect
    case revoke
    case register
    /// The metadata of the authorization server, including well-known paths that are not served.
    case metadata
    /// The metadata of the protected resource, including well-known paths that are not served.
    case resourceMetadata = "resource-metadata"
    case mcp
    case callback
    case home
    case health
    /// Any other path.
    case other
}

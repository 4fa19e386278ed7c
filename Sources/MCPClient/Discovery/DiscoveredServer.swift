/// An MCP server and its authorization server, discovered and checked.
public struct DiscoveredServer: Sendable {
    /// The place of the protected resource's metadata.
    public enum Source: Sendable, Equatable {
        /// The URL in the challenge, or a well-known one.
        case resourceMetadata(String)
        /// None: the authorization server's metadata is at the origin, as with MCP 2025-03-26.
        case originMetadata
        /// There is no metadata at all; the endpoints of MCP 2025-03-26 are assumed, as the caller allowed.
        case assumed
    }

    /// The URL of the MCP server.
    public let server: String
    /// The identifier of the resource for token requests (RFC 8707).
    public let resource: String
    /// The metadata of the authorization server.
    public let issuer: IssuerMetadata
    /// The place where the resource's metadata was found.
    public let source: Source
    /// The scopes in the challenge; nil without a challenge, or when it has none.
    public let challengeScope: String?
    /// The scopes in the resource's metadata.
    public let resourceScopes: [String]?
}

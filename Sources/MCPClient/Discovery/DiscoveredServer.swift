/// An MCP server and the authorization server that guards it, found and checked.
public struct DiscoveredServer: Sendable {
    /// Where the protected resource's metadata was.
    public enum Source: Sendable, Equatable {
        /// Where the challenge of a 401 said, or at a well-known place.
        case resourceMetadata(String)
        /// Nowhere: the authorization server's metadata is at the origin, as with MCP 2025-03-26.
        case originMetadata
        /// There is no metadata at all; the endpoints of MCP 2025-03-26 were assumed, as the caller allowed.
        case assumed
    }

    /// The URL of the MCP server.
    public let server: String
    /// The identifier that tokens are asked for (RFC 8707).
    public let resource: String
    /// What the authorization server says.
    public let issuer: IssuerMetadata
    /// Where that came from.
    public let source: Source
    /// The scopes that the challenge named; nil without a challenge, or when it named none.
    public let challengeScope: String?
    /// The scopes that the resource's metadata names.
    public let resourceScopes: [String]?
}

public import OAuth

/// Who the client is at one authorization server.
///
/// Credentials belong to the issuer that knows them and are never shown to another
/// (MCP 2026-07-28, basic/authorization/client-registration, "Authorization Server Binding").
public struct ClientIdentity: Sendable, Equatable {
    /// The client's identifier; a URL when it stands for a client id metadata document.
    public let id: String
    /// The client's secret; nil for a public client.
    public let secret: Secret?

    /// An identity from its two parts.
    public init(id: String, secret: Secret? = nil) {
        self.id = id
        self.secret = secret
    }
}

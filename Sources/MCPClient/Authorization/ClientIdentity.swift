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

    /// The one redirect URI that a dynamic registration holds; nil for a client that was registered otherwise.
    public let registeredURI: String?

    /// An identity from its parts.
    public init(id: String, secret: Secret? = nil, registeredURI: String? = nil) {
        self.id = id
        self.secret = secret
        self.registeredURI = registeredURI
    }

    /// Whether an authorization may end at a redirect URI, as far as is known here.
    ///
    /// Servers differ in whether they let the port of a loopback URI vary (RFC 8252 §7.3), so only the very same
    /// counts.
    func mayUse(_ redirectURI: String) -> Bool { registeredURI == nil || registeredURI == redirectURI }
}

public import OAuth

/// The identity of the client at one authorization server.
///
/// Credentials belong to the issuer that knows them and are never sent to another (MCP 2026-07-28,
/// basic/authorization/client-registration, "Authorization Server Binding").
public struct ClientIdentity: Sendable, Equatable {
    /// The client's identifier; a URL for a client id metadata document.
    public let id: String
    /// The client's secret; nil for a public client.
    public let secret: Secret?

    /// The redirect URI of a dynamic registration; nil for a client that was registered otherwise.
    public let registeredURI: String?

    /// Makes an identity.
    public init(id: String, secret: Secret? = nil, registeredURI: String? = nil) {
        self.id = id
        self.secret = secret
        self.registeredURI = registeredURI
    }

    /// Whether an authorization may use a redirect URI, as far as is known here.
    ///
    /// Some servers let the port of a loopback URI vary (RFC 8252 §7.3) and some do not, so only the same URI counts.
    func mayUse(_ redirectURI: String) -> Bool { registeredURI == nil || registeredURI == redirectURI }
}

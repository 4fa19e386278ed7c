public import OAuth

/// Brings a person to the authorization server and the answer back.
public protocol AuthorizationAgent: Sendable {
    /// The redirect URIs that a client would have to register; ports may differ on loopback (RFC 8252 §7.3).
    var redirectURIs: [String] { get }

    /// Runs one authorization.
    ///
    /// - Parameter begin: makes the request for the redirect URI at which the agent listens.
    /// - Returns: the request, and the parameters of an answer that carries its `state`; nothing else is checked yet.
    func authorize(
        _ begin: @Sendable (_ redirectURI: String) -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters)
}

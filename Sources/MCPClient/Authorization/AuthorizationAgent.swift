public import OAuth

/// The way by which a person reaches the authorization server and the answer comes back.
public protocol AuthorizationAgent: Sendable {
    /// The redirect URIs to register for a client; ports may differ on loopback (RFC 8252 §7.3).
    var redirectURIs: [String] { get }

    /// Runs one authorization.
    ///
    /// - Parameters:
    ///   - registered: a redirect URI of the client's registration, which the agent prefers where it has a choice.
    ///   - begin: makes the request for the agent's redirect URI, for which a client may be registered.
    /// - Returns: the request, and the parameters of an answer with its `state`; nothing else has been checked.
    /// - Throws: errors of `begin`, and ``ClientError`` when there is no answer.
    func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters)
}

extension AuthorizationAgent {
    /// Runs one authorization with any redirect URI.
    func authorize(
        _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        try await authorize(preferring: nil, begin)
    }
}

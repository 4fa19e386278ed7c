public import OAuth

/// Brings a person to the authorization server and the answer back.
public protocol AuthorizationAgent: Sendable {
    /// The redirect URIs that a client would have to register; ports may differ on loopback (RFC 8252 §7.3).
    var redirectURIs: [String] { get }

    /// Runs one authorization.
    ///
    /// - Parameters:
    ///   - registered: a redirect URI that the client is registered with; the agent uses it again where it has the
    ///     choice.
    ///   - begin: makes the request for the redirect URI at which the agent listens; a client may be registered for it.
    /// - Returns: the request, and the parameters of an answer that carries its `state`; nothing else is checked yet.
    /// - Throws: what `begin` throws, and ``ClientError`` when there is no answer.
    func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters)
}

extension AuthorizationAgent {
    /// Runs one authorization at whatever redirect URI.
    func authorize(
        _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        try await authorize(preferring: nil, begin)
    }
}

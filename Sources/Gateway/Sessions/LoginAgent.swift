internal import MCPClient
internal import OAuth

/// A login that a user has to do in a browser; its answer arrives at the callback.
struct LoginPending: Error {
    let attempt: AuthorizationAttempt
}

/// Begins logins, and leaves their end to the callback.
struct LoginAgent: AuthorizationAgent {
    /// The redirect URI: the callback URL of the session.
    let callback: @Sendable () -> String

    var redirectURIs: [String] { [callback()] }

    /// - Throws: ``LoginPending``, always, and the errors of `begin`.
    func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        throw LoginPending(attempt: try await begin(callback()))
    }
}

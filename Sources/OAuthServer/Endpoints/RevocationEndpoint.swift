public import OAuth

/// The endpoint at which a client revokes a token.
///
/// RFC 7009 §2.
public struct RevocationEndpoint: Sendable {
    let environment: Environment

    /// Revokes a token: a refresh token with its whole grant, an access token alone.
    ///
    /// An unknown token, or another client's, is left alone, and the client cannot tell the difference.
    ///
    /// - Returns: whether a token or grant was revoked, which only the recorder may know.
    /// - Throws: `invalid_request`, `invalid_client`, ``TooManyAttempts``, or errors of the store.
    @discardableResult
    public func respond(
        to parameters: FormParameters, authorization: [String], peer: String
    ) async throws -> Bool {
        try parameters.requireNoRepetition(of: PresentedToken.singleNames)
        let client = try ClientAuthentication(environment: environment, methods: \.methods)
            .authenticate(parameters, authorization: authorization, peer: peer)
        let digest = try PresentedToken(parameters).token.digest

        // Both are looked up in any case, so that another client's token takes as long as an unknown one.
        let refreshToken = try await environment.store.refreshToken(digest)
        let accessToken = try await environment.store.accessToken(digest)
        if let refreshToken, client.isNamed(refreshToken.grant.clientID) {
            try await environment.revoke(refreshToken.grant.id)
        } else if let accessToken, client.isNamed(accessToken.grant.clientID) {
            try await environment.revoke(accessToken: digest)
        } else {
            return false
        }
        return true
    }
}

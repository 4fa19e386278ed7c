import OAuth

/// The grant that goes on from one refresh token to the next.
struct RefreshTokenGrant {
    let server: AuthorizationServer
    let client: RegisteredClient

    /// Trades a refresh token for an access token and the next refresh token.
    ///
    /// RFC 6749 §6, OAuth 2.1 §4.3.1. Every refresh token works once. Using one a second time, also in two requests at
    /// the same time, revokes the whole grant: either the client or a thief holds a stolen copy, and nobody can tell
    /// which. A narrower scope holds for this access token only; earlier access tokens stay good.
    ///
    /// - Throws: `invalid_grant` for a token that is unknown, expired, spent or another client's; `invalid_scope` for
    ///   more than was granted; `invalid_target` for a resource that was not granted.
    func refresh(_ token: Secret, scope: Scope?, resources: [ResourceIndicator]) async throws -> TokenResponse {
        let now = server.now()
        guard let record = try await server.store.refreshToken(token.digest), record.grant.clientID == client.id else {
            throw OAuthError(.invalidGrant, "The refresh token is unknown or was revoked. Start a new authorization.")
        }
        guard record.isSpent || now < record.expiresAt else {
            throw OAuthError(.invalidGrant, "The refresh token has expired. Start a new authorization.")
        }
        let scope = scope ?? record.grant.scope
        guard record.grant.scope.covers(scope) else {
            throw OAuthError(
                .invalidScope, "The scope exceeds what was granted: \(record.grant.scope). Leave it out or narrow it.")
        }
        try server.resources.require(resources, within: record.grant.audience)

        let issue = TokenIssue(server, for: record.grant, scope: scope, withRefreshToken: true, at: now)
        switch try await server.store.rotate(refreshToken: token.digest, for: issue.records) {
        case .done:
            return issue.response
        case .replayed(let grant):
            try await server.store.revoke(grant)
            throw OAuthError(
                .invalidGrant,
                "The refresh token was used before. Its whole grant is revoked: refresh one request at a time, store "
                    + "the new refresh token, and start a new authorization.")
        case .unknown:
            throw OAuthError(.invalidGrant, "The refresh token is unknown or was revoked. Start a new authorization.")
        }
    }
}

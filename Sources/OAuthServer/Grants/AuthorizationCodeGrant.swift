import OAuth
internal import Primitives

/// The grant of a user, by an authorization code.
struct AuthorizationCodeGrant {
    let environment: Environment
    let client: RegisteredClient

    /// Exchanges an authorization code for an access token and a refresh token.
    ///
    /// RFC 6749 §4.1.3, with PKCE required (OAuth 2.1 §4.1.3). The request is checked against the code first, and the
    /// code is spent last, in the same step that stores the tokens: of any number of concurrent requests one gets
    /// tokens, and a request that fails before spends nothing. A second use of the code, by an otherwise valid request,
    /// revokes the whole grant.
    ///
    /// - Throws: `invalid_grant` for a code that is unknown, expired, spent, or bound to another client, redirect URI
    ///   or verifier; `invalid_target` for a resource the code was not issued for.
    func redeem(
        _ code: Secret, verifier: Secret, redirectURI: String?, resources: [ResourceIndicator]
    ) async throws -> TokenResponse {
        let now = environment.now()
        guard let record = try await environment.store.code(code.digest) else { throw unknown(code) }
        guard client.isNamed(record.grant.clientID) else {
            throw unknown(code, client.explanation(of: code, issuedTo: record.grant.clientID))
        }
        guard record.isSpent || now < record.expiresAt else {
            let lifetime = environment.configuration.codeLifetime
            throw OAuthError(
                .invalidGrant, "The authorization code has expired. Start a new authorization.",
                Explanation(
                    expected: "a code that is at most \(lifetime) old",
                    received: "one that was issued \(now - record.expiresAt + lifetime) ago",
                    hint: "It expired \(now - record.expiresAt) ago.", subject: .expiredCode,
                    expiry: record.expiresAt))
        }
        if let redirectURI, !redirectURI.utf8.elementsEqual(record.redirectURI.utf8) {
            throw OAuthError(
                .invalidGrant, "The redirect_uri differs from that of the authorization request, port included.",
                Explanation(
                    expected: "redirect_uri '\(url: record.redirectURI)'",
                    received: "redirect_uri '\(url: redirectURI)'",
                    hint: URIDifference.hint(redirectURI, insteadOf: [record.redirectURI])))
        }
        guard let wellFormed = CodeVerifier(verifier), CodeChallenge(of: wellFormed) == record.challenge else {
            throw OAuthError(
                .invalidGrant,
                "The code_verifier does not match the code_challenge: it must be the 43 to 128 characters whose "
                    + "base64url SHA-256, without padding, is the challenge.",
                record.challenge.explanation(ofMismatch: verifier))
        }
        try environment.resources.require(resources, within: record.grant.audience)

        let issue = TokenIssue(
            environment, for: record.grant, scope: record.grant.scope,
            withRefreshToken: environment.configuration.deviations.refreshPolicy != .none, at: now)
        switch try await environment.store.exchange(code: code.digest, for: issue.records) {
        case .done:
            return issue.response
        case .replayed(let grant):
            try await environment.revoke(grant)
            throw OAuthError(
                .invalidGrant,
                "The authorization code was used before. All tokens that came of it are revoked; start a new "
                    + "authorization.",
                Explanation(
                    expected: "a code that was not used yet", received: "\(code), used before",
                    hint: "Redeem a code once, and never repeat a token request that was answered.",
                    subject: .spentCode))
        case .unknown:
            throw unknown(code)
        }
    }

    /// The description is the same for another client's code, so that a client with a stolen one learns no more.
    private func unknown(_ code: Secret, _ explanation: Explanation? = nil) -> OAuthError {
        OAuthError(
            .invalidGrant, "The authorization code is unknown or was revoked. Start a new authorization.",
            explanation
                ?? Explanation(
                    expected: "an authorization code that can still be redeemed", received: "\(code)",
                    hint: TokenShape(code).hint, subject: .authorizationCode))
    }
}

import OAuth
internal import Primitives

/// The continuation of a grant, by a refresh token.
struct RefreshTokenGrant {
    let environment: Environment
    let client: RegisteredClient

    /// Exchanges a refresh token for an access token and, by default, the next refresh token.
    ///
    /// RFC 6749 §6, OAuth 2.1 §4.3.1. Every refresh token works once. A second use, even in a concurrent request,
    /// revokes the whole grant: either the client or an attacker has a stolen copy, and the server cannot tell which. A
    /// narrower scope holds for this access token only; earlier access tokens stay valid. ``RefreshPolicy`` describes
    /// the behaviour of other servers.
    ///
    /// - Throws: `unsupported_grant_type` without refresh tokens; `invalid_grant` for a token that is unknown, expired,
    ///   spent or another client's; `invalid_scope` for more than was granted; `invalid_target` for a resource that was
    ///   not granted.
    func refresh(_ token: Secret, scope: Scope?, resources: [ResourceIndicator]) async throws -> TokenResponse {
        let policy = environment.configuration.deviations.refreshPolicy
        guard policy != .none else {
            throw OAuthError(
                .unsupportedGrantType, "There are no refresh tokens here. Start a new authorization.",
                Explanation(
                    expected: SafeText(list: environment.configuration.grantTypes(of: client).map(\.rawValue)),
                    received: "grant_type=\(public: GrantType.refreshToken.rawValue)",
                    hint: "The server was started with \(public: environment.configuration.names.noRefreshTokens).",
                    rule: .refreshTokens))
        }
        let now = environment.now()
        guard let record = try await environment.store.refreshToken(token.digest) else { throw unknown(token) }
        guard client.isNamed(record.grant.clientID) else {
            throw unknown(token, client.explanation(of: token, issuedTo: record.grant.clientID))
        }
        guard record.isSpent || now < record.expiresAt else {
            throw OAuthError(
                .invalidGrant, "The refresh token has expired. Start a new authorization.",
                Explanation(
                    expected: "a refresh token that is at most \(record.expiresAt - record.issuedAt) old",
                    received: "one that was issued \(now - record.issuedAt) ago",
                    hint: "It expired \(now - record.expiresAt) ago.", subject: .expiredRefreshToken,
                    expiry: record.expiresAt))
        }
        let scope = scope ?? scopeWithoutRequest(of: record.grant)
        guard record.grant.scope.covers(scope) else {
            throw OAuthError(
                .invalidScope, "The scope exceeds what was granted: \(record.grant.scope). Leave it out or narrow it.",
                Explanation(
                    expected: "scopes among \(SafeText(list: record.grant.scope.tokens))",
                    received: "scope='\(public: scope.description)'",
                    hint: "More scope takes a new authorization; a refresh can only narrow it."))
        }
        try environment.resources.require(resources, within: record.grant.audience)

        let isReused = policy == .reuse && !record.isSpent
        let issue = TokenIssue(environment, for: record.grant, scope: scope, withRefreshToken: !isReused, at: now)
        let outcome =
            isReused
            ? try await add(issue) : try await environment.store.rotate(refreshToken: token.digest, for: issue.records)
        switch outcome {
        case .done:
            return issue.response
        case .replayed(let grant):
            if try await isInGrace(token, at: now), try await add(issue) == .done { return issue.response }
            guard policy != .rotateOnly else {
                throw OAuthError(
                    .invalidGrant, "The refresh token was used before. Use the one that came in exchange for it.",
                    replay(of: token))
            }
            try await environment.revoke(grant)
            throw OAuthError(
                .invalidGrant,
                "The refresh token was used before. Its whole grant is revoked: refresh one request at a time, store "
                    + "the new refresh token, and start a new authorization.",
                replay(of: token))
        case .unknown:
            throw unknown(token)
        }
    }

    /// Stores tokens without spending anything.
    private func add(_ issue: TokenIssue) async throws -> SpendOutcome {
        switch try await environment.store.insert(issue.records) {
        case .done: .done
        case .unknown: .unknown
        }
    }

    /// Whether a spent token still works: shortly after its use, if the policy has a grace period.
    ///
    /// The use may lie slightly in the future: in a concurrent request, or at another instance. A clock that was set
    /// back further than that does not make an old token valid.
    private func isInGrace(_ token: Secret, at now: Instant) async throws -> Bool {
        guard case .grace(let time) = environment.configuration.deviations.refreshPolicy,
            let spentAt = try await environment.store.refreshToken(token.digest)?.spentAt
        else { return false }
        return spentAt - time < now && now < spentAt + time
    }

    /// The scope for a request without one: all that was granted (RFC 6749 §6), or less on purpose.
    private func scopeWithoutRequest(of grant: GrantRecord) -> Scope {
        guard environment.configuration.deviations.refreshDropsScope else { return grant.scope }
        let kept = grant.scope.tokens.filter(environment.configuration.baseScope.tokens.contains)
        return kept.isEmpty ? grant.scope : Scope(kept)
    }

    private func replay(of token: Secret) -> Explanation {
        Explanation(
            expected: "the refresh token of the latest token response", received: "\(token), used before",
            hint: "Each refresh brings a new refresh token, which takes the place of the old one.",
            subject: .spentRefreshToken, rule: .refreshReuse)
    }

    /// The description is the same for another client's token, so that a client with a stolen one learns no more.
    private func unknown(_ token: Secret, _ explanation: Explanation? = nil) -> OAuthError {
        OAuthError(
            .invalidGrant, "The refresh token is unknown or was revoked. Start a new authorization.",
            explanation
                ?? Explanation(
                    expected: "a refresh token that can still be used", received: "\(token)",
                    hint: TokenShape(token).hint, subject: .refreshToken))
    }
}

internal import OAuth
internal import OAuthServer

/// A store that notes which tokens pass through it, and lets those that debugging has made expire look expired.
///
/// What a store keeps is not changed by that: an expired token is told by its record, as at its natural end, so that the
/// client is told `expired` and not `unknown`. Other servers on the same store know nothing of it.
struct WatchedGrantStore: GrantStore {
    let store: any GrantStore
    let known: KnownTokens

    func insert(_ code: CodeRecord) async throws {
        try await store.insert(code)
        known.note(code.digest, .code, of: code.grant)
    }

    func insert(_ tokens: IssuedTokens) async throws -> Insertion {
        let outcome = try await store.insert(tokens)
        if outcome == .done { note(tokens) }
        return outcome
    }

    func exchange(code: Digest, for tokens: IssuedTokens) async throws -> Exchange {
        note(try await store.exchange(code: code, for: tokens), spending: code, for: tokens)
    }

    func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> Exchange {
        note(try await store.rotate(refreshToken: refreshToken, for: tokens), spending: refreshToken, for: tokens)
    }

    func code(_ digest: Digest) async throws -> CodeRecord? {
        guard let code = try await store.code(digest) else { return nil }
        guard !code.isSpent, let end = known.note(digest, .code, of: code.grant).expiredAt else { return code }
        return CodeRecord(
            digest: digest, grant: code.grant, redirectURI: code.redirectURI, challenge: code.challenge,
            expiresAt: min(end, code.expiresAt))
    }

    func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? {
        guard let token = try await store.refreshToken(digest) else { return nil }
        guard !token.isSpent, let end = known.note(digest, .refresh, of: token.grant).expiredAt else { return token }
        return RefreshTokenRecord(
            digest: digest, grant: token.grant, issuedAt: token.issuedAt, expiresAt: min(end, token.expiresAt))
    }

    func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? {
        guard let token = try await store.accessToken(digest) else { return nil }
        guard let end = known.note(digest, .access, of: token.grant).expiredAt else { return token }
        return AccessTokenRecord(
            digest: digest, grant: token.grant, scope: token.scope, issuedAt: token.issuedAt,
            expiresAt: min(end, token.expiresAt))
    }

    func revoke(_ grant: GrantID) async throws {
        try await store.revoke(grant)
    }

    func revoke(accessToken: Digest) async throws {
        try await store.revoke(accessToken: accessToken)
        known.forget(accessToken)
    }

    func removeExpired(before instant: Instant) async throws {
        try await store.removeExpired(before: instant)
    }

    private func note(_ outcome: Exchange, spending spent: Digest, for tokens: IssuedTokens) -> Exchange {
        if outcome == .done {
            known.forget(spent)
            note(tokens)
        }
        return outcome
    }

    private func note(_ tokens: IssuedTokens) {
        known.note(tokens.accessToken.digest, .access, of: tokens.grant)
        if let refreshToken = tokens.refreshToken { known.note(refreshToken.digest, .refresh, of: tokens.grant) }
    }
}

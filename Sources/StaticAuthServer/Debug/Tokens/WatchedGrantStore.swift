internal import OAuth
internal import OAuthServer

/// A store that notes which tokens pass through it, and lets those that debugging has made expire look expired.
///
/// What a store keeps is not changed by that: an expired token is told by its record, as at its natural end, so that the
/// client is told `expired` and not `unknown`. Other servers on the same store know nothing of it.
final class WatchedGrantStore: GrantStore {
    private let store: any GrantStore
    private let known: KnownTokens

    init(_ store: any GrantStore, known: KnownTokens) {
        self.store = store
        self.known = known
    }

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
        try await store.code(digest).map(seen)
    }

    func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? {
        try await store.refreshToken(digest).map(seen)
    }

    func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? {
        try await store.accessToken(digest).map(seen)
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

    // MARK: - What was made to expire

    private func seen(_ code: CodeRecord) -> CodeRecord {
        guard !code.isSpent, let end = known.note(code.digest, .code, of: code.grant).expiredAt else { return code }
        return CodeRecord(
            digest: code.digest, grant: code.grant, redirectURI: code.redirectURI, challenge: code.challenge,
            expiresAt: min(end, code.expiresAt))
    }

    private func seen(_ token: RefreshTokenRecord) -> RefreshTokenRecord {
        guard !token.isSpent, let end = known.note(token.digest, .refresh, of: token.grant).expiredAt else {
            return token
        }
        return RefreshTokenRecord(
            digest: token.digest, grant: token.grant, issuedAt: token.issuedAt, expiresAt: min(end, token.expiresAt))
    }

    private func seen(_ token: AccessTokenRecord) -> AccessTokenRecord {
        guard let end = known.note(token.digest, .access, of: token.grant).expiredAt else { return token }
        return AccessTokenRecord(
            digest: token.digest, grant: token.grant, scope: token.scope, issuedAt: token.issuedAt,
            expiresAt: min(end, token.expiresAt))
    }
}

package import MCPCore
package import OAuth
package import OAuthServer

/// Both memory stores as one value, like a persistent store.
package struct MemoryStores: GrantStore, SessionStore {
    private let grants = MemoryGrantStore()
    private let sessions = MemorySessionStore()

    /// Two empty stores.
    package init() {}

    package func insert(_ code: CodeRecord) async throws { grants.insert(code) }
    package func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome { grants.insert(tokens) }
    package func code(_ digest: Digest) async throws -> CodeRecord? { grants.code(digest) }
    package func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? { grants.refreshToken(digest) }
    package func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? { grants.accessToken(digest) }

    package func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        grants.exchange(code: code, for: tokens)
    }

    package func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        grants.rotate(refreshToken: refreshToken, for: tokens)
    }

    package func revoke(_ grant: GrantID) async throws { grants.revoke(grant) }
    package func revoke(accessToken: Digest) async throws { grants.revoke(accessToken: accessToken) }

    package func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Duration) async throws -> Int {
        grants.expire(tokens, kinds, at: instant)
    }

    package func revoke(allOf subject: String?) async throws -> Int { grants.revoke(allOf: subject) }

    package func insert(_ session: Session) async throws { sessions.insert(session) }

    package func session(_ digest: [UInt8], at now: Duration, keptUntil expiry: Duration) async throws -> Session? {
        sessions.session(digest, at: now, keptUntil: expiry)
    }

    package func end(_ digest: [UInt8]) async throws { sessions.end(digest) }

    package func end(allOf subject: String?, at now: Duration) async throws -> [[UInt8]] {
        sessions.end(allOf: subject, at: now)
    }

    package func removeExpired(before instant: Duration) async throws {
        grants.removeExpired(before: instant)
        sessions.removeExpired(before: instant)
    }
}

internal import Primitives
internal import OAuth
internal import OAuthServer

/// What debugging can do to codes and tokens: end them before their time.
///
/// The store does it, so it holds for all that share the store, and however many tokens come after.
struct DebugTokens: Sendable {
    let store: any GrantStore
    let now: @Sendable () -> Instant
    /// Has the streams of what is over end at once.
    let ended: @Sendable (Revocation) -> Void

    /// Makes tokens look as at the end of their life, and returns how many were good until now.
    ///
    /// - Parameter kinds: which of several are meant; one that is named is meant whatever it is.
    func expire(_ selection: Selection, _ kinds: Set<TokenKind>) async throws -> Int {
        switch selection {
        case .one(let secret):
            let count = try await store.expire(.one(secret.digest), Set(TokenKind.allCases), at: now())
            if count > 0 { ended(.accessToken(secret.digest)) }
            return count
        case .subject(let subject):
            let count = try await store.expire(.subject(subject), kinds, at: now())
            if count > 0, kinds.contains(.access) { ended(.subject(subject)) }
            return count
        case .all:
            let count = try await store.expire(.all, kinds, at: now())
            if count > 0, kinds.contains(.access) { ended(.everything) }
            return count
        }
    }

    /// Revokes one access token, or whole grants with all they have, and returns how many of them there were.
    func revoke(_ selection: Selection) async throws -> Int {
        switch selection {
        case .one(let secret):
            return try await revoke(secret.digest)
        case .subject(let subject):
            let count = try await store.revoke(allOf: subject)
            if count > 0 { ended(.subject(subject)) }
            return count
        case .all:
            let count = try await store.revoke(allOf: nil)
            if count > 0 { ended(.everything) }
            return count
        }
    }

    private func revoke(_ digest: Digest) async throws -> Int {
        let now = now()
        if let token = try await store.accessToken(digest), now < token.expiresAt {
            try await store.revoke(accessToken: digest)
            ended(.accessToken(digest))
            return 1
        }
        let grant: GrantID
        if let token = try await store.refreshToken(digest), !token.isSpent, now < token.expiresAt {
            grant = token.grant.id
        } else if let code = try await store.code(digest), !code.isSpent, now < code.expiresAt {
            grant = code.grant.id
        } else {
            return 0
        }
        try await store.revoke(grant)
        ended(.grant(grant))
        return 1
    }
}

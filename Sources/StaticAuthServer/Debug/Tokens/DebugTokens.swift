internal import OAuth
internal import OAuthServer

/// What debugging can do to codes and tokens: end them before their time.
struct DebugTokens: Sendable {
    let known: KnownTokens
    /// The store that everything else uses too, so that what is expired already is seen as that.
    let store: any GrantStore
    let now: @Sendable () -> Instant
    /// Has the streams of what is over end at once.
    let ended: @Sendable (Revocation) -> Void

    /// Makes tokens look as at the end of their life, and returns how many were good until now.
    ///
    /// - Parameter kinds: which of several are meant; one that is named is meant whatever it is.
    func expire(_ selection: Selection, _ kinds: [KnownTokens.Kind]) async throws -> Int {
        let now = now()
        var count = 0
        for (digest, token) in try await selected(selection, kinds) {
            known.expire(digest, token, at: now)
            ended(.accessToken(digest))
            count += 1
        }
        return count
    }

    /// Revokes one access token, or whole grants with all they have, and returns how many of them there were.
    func revoke(_ selection: Selection) async throws -> Int {
        let tokens = try await selected(selection, KnownTokens.Kind.allCases)
        if case .one = selection, let (digest, token) = tokens.first, token.kind == .access {
            try await store.revoke(accessToken: digest)
            ended(.accessToken(digest))
            return 1
        }
        let grants = Set(tokens.map(\.value.grant))
        for grant in grants {
            try await store.revoke(grant)
            ended(.grant(grant))
        }
        return grants.count
    }

    /// The tokens that are meant and can still be used.
    private func selected(
        _ selection: Selection, _ kinds: [KnownTokens.Kind]
    ) async throws -> [Digest: KnownTokens.Token] {
        var selected: [Digest: KnownTokens.Token] = [:]
        switch selection {
        case .one(let secret):
            for kind in KnownTokens.Kind.allCases {
                selected[secret.digest] = try await usable(secret.digest, kind) ?? selected[secret.digest]
            }
        case .subject, .all:
            for (digest, token) in known.all where kinds.contains(token.kind) && selection.includes(token.subject) {
                selected[digest] = try await usable(digest, token.kind)
            }
        }
        return selected
    }

    /// A code or token that is neither spent nor expired nor revoked.
    private func usable(_ digest: Digest, _ kind: KnownTokens.Kind) async throws -> KnownTokens.Token? {
        let (grant, end): (GrantRecord, Instant)
        switch kind {
        case .access:
            guard let token = try await store.accessToken(digest) else { return nil }
            (grant, end) = (token.grant, token.expiresAt)
        case .refresh:
            guard let token = try await store.refreshToken(digest), !token.isSpent else { return nil }
            (grant, end) = (token.grant, token.expiresAt)
        case .code:
            guard let code = try await store.code(digest), !code.isSpent else { return nil }
            (grant, end) = (code.grant, code.expiresAt)
        }
        return now() < end ? known.note(digest, kind, of: grant) : nil
    }
}

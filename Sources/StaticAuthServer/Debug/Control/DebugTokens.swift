internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The debug operations that end codes and tokens early.
///
/// The store does it, so it holds for all instances on the store.
struct DebugTokens: Sendable {
    let store: any GrantStore
    let now: @Sendable () -> Instant
    /// Ends the streams of revoked tokens at once.
    let ended: @Sendable (Revocation) -> Void
    /// Records what ended them.
    let note: @Sendable (Intervention, SafeText) -> Void

    /// Expires tokens, and returns how many were valid until now.
    ///
    /// - Parameters:
    ///   - kinds: the kinds to expire; a single named token is expired whatever its kind.
    ///   - cause: the request that asks for it, for hints.
    func expire(_ selection: Selection, _ kinds: Set<TokenKind>, by cause: SafeText) async throws -> Int {
        let now = now()
        let count = try await expire(selection, kinds, at: now)
        if count > 0 { note(.expired(selection.recorded, Set(kinds.map(\.recorded)), at: now), cause) }
        return count
    }

    private func expire(_ selection: Selection, _ kinds: Set<TokenKind>, at now: Instant) async throws -> Int {
        switch selection {
        case .one(let secret):
            let count = try await store.expire(.one(secret.digest), Set(TokenKind.allCases), at: now)
            if count > 0 { ended(.accessToken(secret.digest)) }
            return count
        case .subject(let subject):
            let count = try await store.expire(.subject(subject), kinds, at: now)
            if count > 0, kinds.contains(.access) { ended(.subject(subject)) }
            return count
        case .all:
            let count = try await store.expire(.all, kinds, at: now)
            if count > 0, kinds.contains(.access) { ended(.everything) }
            return count
        }
    }

    /// Revokes one access token, or whole grants, and returns how many.
    ///
    /// - Parameter cause: the request that asks for it, for hints.
    func revoke(_ selection: Selection, by cause: SafeText) async throws -> Int {
        let count = try await revoke(selection)
        if count > 0 { note(.revoked(selection.recorded), cause) }
        return count
    }

    private func revoke(_ selection: Selection) async throws -> Int {
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

extension Selection {
    fileprivate var recorded: Intervention.Selection {
        switch self {
        case .one(let secret): .one(secret.digest)
        case .subject(let name): .subject(name)
        case .all: .all
        }
    }
}

extension TokenKind {
    fileprivate var recorded: Intervention.Kind {
        switch self {
        case .code: .code
        case .access: .access
        case .refresh: .refresh
        }
    }
}

extension HTTPRequest {
    /// The name of a request to `/debug` as the cause of something.
    var asCause: SafeText { "\(public: method.rawValue) \(public: path)" }
}

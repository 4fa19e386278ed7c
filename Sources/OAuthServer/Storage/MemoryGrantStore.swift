public import OAuth
public import Primitives
import Synchronization

/// A store in this process's memory, lost when the process ends.
///
/// No operation waits or throws. When a capacity is exceeded, the oldest grants go, each with everything in it: their
/// clients get `invalid_token` or `invalid_grant` and need a new grant, while replays within the other grants are
/// recognised as before.
public final class MemoryGrantStore: GrantStore {
    private let tables: Mutex<GrantTables>

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - grants: The maximum number of grants, including revoked ones until they would have ended.
    ///   - tokens: The maximum number of access and refresh tokens, including spent ones.
    public init(grants: Int = 100_000, tokens: Int = 1_000_000) {
        tables = Mutex(GrantTables(grantCapacity: grants, tokenCapacity: tokens))
    }

    /// The total number of entries examined for expiry, revocation and capacity.
    var steps: Int { tables.withLock(\.steps) }

    /// See ``GrantStore/insert(_:)-(CodeRecord)``.
    public func insert(_ code: CodeRecord) {
        tables.withLock { $0.insert(code) }
    }

    /// See ``GrantStore/insert(_:)-(IssuedTokens)``.
    public func insert(_ tokens: IssuedTokens) -> InsertOutcome {
        tables.withLock { $0.insert(tokens) }
    }

    /// See ``GrantStore/code(_:)``.
    public func code(_ digest: Digest) -> CodeRecord? {
        tables.withLock { $0.code(digest) }
    }

    /// See ``GrantStore/refreshToken(_:)``.
    public func refreshToken(_ digest: Digest) -> RefreshTokenRecord? {
        tables.withLock { $0.refreshToken(digest) }
    }

    /// See ``GrantStore/accessToken(_:)``.
    public func accessToken(_ digest: Digest) -> AccessTokenRecord? {
        tables.withLock { $0.accessToken(digest) }
    }

    /// See ``GrantStore/exchange(code:for:)``.
    public func exchange(code: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        tables.withLock { $0.exchange(code: code, for: tokens) }
    }

    /// See ``GrantStore/rotate(refreshToken:for:)``.
    public func rotate(refreshToken: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        tables.withLock { $0.rotate(refreshToken: refreshToken, for: tokens) }
    }

    /// See ``GrantStore/revoke(_:)``.
    public func revoke(_ grant: GrantID) {
        tables.withLock { $0.revoke(grant) }
    }

    /// See ``GrantStore/revoke(accessToken:)``.
    public func revoke(accessToken: Digest) {
        tables.withLock { $0.revoke(accessToken: accessToken) }
    }

    /// See ``GrantStore/expire(_:_:at:)``.
    public func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) -> Int {
        tables.withLock { $0.expire(tokens, kinds, at: instant) }
    }

    /// See ``GrantStore/revoke(allOf:)``.
    public func revoke(allOf subject: String?) -> Int {
        tables.withLock { $0.revoke(allOf: subject) }
    }

    /// See ``GrantStore/removeExpired(before:)``.
    public func removeExpired(before instant: Instant) {
        tables.withLock { $0.removeExpired(before: instant) }
    }
}

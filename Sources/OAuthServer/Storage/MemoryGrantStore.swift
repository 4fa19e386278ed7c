public import Primitives
public import OAuth
import Synchronization

/// A store in this process's memory, gone when the process ends.
///
/// No operation ever waits or throws. When one of the two capacities is exceeded, what has expired should long be gone;
/// so the oldest grants go, each with everything it has: their clients are told `invalid_token` or `invalid_grant` and
/// ask for a new grant, while a replay within any grant that stays is recognised as before.
public final class MemoryGrantStore: GrantStore {
    private let tables: Mutex<GrantTables>

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - grants: The grants that are kept, revoked ones included until they would have ended.
    ///   - tokens: The access and refresh tokens that are kept, spent ones included.
    public init(grants: Int = 100_000, tokens: Int = 1_000_000) {
        tables = Mutex(GrantTables(grantCapacity: grants, tokenCapacity: tokens))
    }

    /// How many entries have been looked at for expiry, revocation and capacity, ever.
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

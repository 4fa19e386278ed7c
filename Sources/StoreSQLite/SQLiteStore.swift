#if SQLite
internal import GRDB
public import MCPCore
public import OAuth
public import OAuthServer
public import Primitives

/// Grants and sessions in one SQLite file, which several processes of one machine may share.
///
/// Each operation is one transaction, and its result is on disk before it returns: neither `kill -9` nor a power cut
/// loses it. The one exception is the use of a session, which a power cut may lose. Reads never wait for writes. An
/// operation that cannot finish within ``timeout``, or twice that at worst, throws `StoreUnavailable`; it has changed
/// nothing and will not do so later, because an operation that has waited too long for its turn is dropped.
///
/// When a capacity is exceeded, the oldest grants go, each with everything in it, as in `MemoryGrantStore`; of the
/// sessions, those that expire first.
public final class SQLiteStore: GrantStore, SessionStore {
    /// How long an operation waits while others write to the file, in this process or another.
    public let timeout: Duration

    private let file: DatabaseFile
    private let pool: DatabasePool
    /// One thread, because SQLite has one writer at a time.
    private let writing = StoreThreads(1)
    private let reading = StoreThreads(2)
    private let capacity: Capacity
    private let sessionCapacity: Int
    private let clocks = Clocks()

    /// Opens a file, or creates one that only its owner can read.
    ///
    /// It blocks on the disk, so do not call it on an event loop. A file of another program or of a newer version is
    /// left unchanged.
    ///
    /// - Parameters:
    ///   - path: The file; while it is open, `-wal` and `-shm` beside it belong to it.
    ///   - grants: The maximum number of grants, including revoked ones until they would have ended.
    ///   - tokens: The maximum number of access and refresh tokens, including spent ones.
    ///   - sessions: The maximum number of sessions.
    ///   - timeout: How long an operation waits while others write.
    /// - Throws: `StoreUnavailable` when the file is locked or the disk is full; ``UnusableFile`` when it cannot be
    ///   used.
    public convenience init(
        path: String, grants: Int = 100_000, tokens: Int = 1_000_000, sessions: Int = 16_384,
        timeout: Duration = .seconds(2)
    ) throws {
        try self.init(path: path, grants: grants, tokens: tokens, sessions: sessions, timeout: timeout) { _ in }
    }

    /// Opens a file, with a hook for each connection.
    init(
        path: String, grants: Int = 100_000, tokens: Int = 1_000_000, sessions: Int = 16_384,
        timeout: Duration = .seconds(2), prepare: @escaping @Sendable (Database) throws -> Void
    ) throws {
        file = DatabaseFile(path: path, timeout: timeout, prepare: prepare)
        self.timeout = timeout
        capacity = Capacity(grants: grants, tokens: tokens)
        sessionCapacity = sessions
        pool = try file.open { [clocks] db in try clocks.enter(db) }
    }

    /// Closes the file, and removes the files beside it unless another process has it open; every later operation
    /// throws.
    public func close() async {
        try? await write(.survivingACrash) { try self.clocks.leave($0) }
        try? pool.close()
        file.tidyUp()
    }

    // MARK: Grants

    /// See `GrantStore`.
    public func insert(_ code: CodeRecord) async throws {
        try await write { try $0.insert(code, within: self.capacity) }
    }

    /// See `GrantStore`.
    public func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome {
        try await write { try $0.insert(tokens, within: self.capacity) }
    }

    /// See `GrantStore`.
    public func code(_ digest: Digest) async throws -> CodeRecord? {
        try await read { try $0.code(digest) }
    }

    /// See `GrantStore`.
    public func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? {
        try await read { try $0.refreshToken(digest) }
    }

    /// See `GrantStore`.
    public func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? {
        try await read { try $0.accessToken(digest) }
    }

    /// See `GrantStore`.
    public func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        try await write { try $0.exchange(code: code, for: tokens, within: self.capacity) }
    }

    /// See `GrantStore`.
    public func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        try await write { try $0.rotate(refreshToken: refreshToken, for: tokens, within: self.capacity) }
    }

    /// See `GrantStore`.
    public func revoke(_ grant: GrantID) async throws {
        try await write { try $0.revoke(grant) }
    }

    /// See `GrantStore`.
    public func revoke(accessToken: Digest) async throws {
        try await write { try $0.revoke(accessToken: accessToken) }
    }

    /// See `GrantStore`.
    public func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) async throws -> Int {
        try await write { try $0.expire(tokens, kinds, at: instant) }
    }

    /// See `GrantStore`.
    public func revoke(allOf subject: String?) async throws -> Int {
        try await write { try $0.revoke(allOf: subject) }
    }

    // MARK: Sessions

    /// See `SessionStore`.
    public func insert(_ session: Session) async throws {
        try await write { try $0.insert(session, capacity: self.sessionCapacity) }
    }

    /// See `SessionStore`.
    public func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) async throws -> Session? {
        try await write(.survivingACrash) { try $0.use(session: digest, at: now, keptUntil: expiry) }
    }

    /// See `SessionStore`.
    public func end(_ digest: [UInt8]) async throws {
        try await write { try $0.end(session: digest) }
    }

    /// See `SessionStore`.
    public func end(allOf subject: String?, at now: Instant) async throws -> [[UInt8]] {
        try await write { try $0.end(allOf: subject, at: now) }
    }

    // MARK: Both

    /// See `GrantStore` and `SessionStore`.
    ///
    /// Where servers with different clocks share the file, what has expired by all of them is removed. It takes several
    /// transactions, so that other writers need not wait for all of it.
    public func removeExpired(before instant: Instant) async throws {
        let instant = try await write(.survivingACrash) { try self.clocks.agree(on: instant, $0) }
        while try await write(
            .survivingACrash,
            { db in
                let isMore = try db.removeExpiredGrants(before: instant, atMost: Self.maximumRemoved)
                return try db.removeExpiredSessions(before: instant, atMost: Self.maximumRemoved) || isMore
            })
        {}
    }

    /// The maximum number of codes, tokens or sessions that one transaction removes.
    static let maximumRemoved = 1000

    // MARK: Transactions

    /// The failure that a finished transaction survives; the values are those of `PRAGMA synchronous`.
    private enum Durability: String {
        /// The end of the process, even by `kill -9`.
        case survivingACrash = "NORMAL"
        /// The loss of the machine's power as well.
        case survivingAPowerCut = "FULL"
    }

    private func write<Value: Sendable>(
        _ durability: Durability = .survivingAPowerCut, _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + timeout
        return try await explained {
            try await writing.run { [pool] in
                try pool.writeWithoutTransaction { db in
                    guard ContinuousClock.now < deadline else { throw DatabaseError(resultCode: .SQLITE_BUSY) }
                    try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
                    return try db.transaction { try change(db) }
                }
            }
        }
    }

    /// Reads with one statement, which sees one state of the file without a transaction around it.
    private func read<Value: Sendable>(_ look: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await explained { try await reading.run { [pool] in try pool.unsafeRead(look) } }
    }

    private func explained<Value>(_ operation: () async throws -> Value) async throws -> Value {
        do {
            return try await operation()
        } catch let error as DatabaseError {
            throw StoreUnavailable(reason: "\(file.path): \(error.plainReason)")
        }
    }
}
#endif

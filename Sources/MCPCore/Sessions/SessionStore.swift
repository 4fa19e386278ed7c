public import Primitives

/// The sessions of the legacy revisions, by the digest of their id.
///
/// A store keeps digests, never the ids themselves, and decides nothing: how long a session lives and whom it serves is
/// the caller's business. Each operation is atomic, and `SessionStoreConformance` is the meaning of that.
public protocol SessionStore: Sendable {
    /// Keeps a new session, dropping the one that expires soonest when there is no room.
    func insert(_ session: Session) async throws

    /// The session with this digest, unless it has expired; reading it moves its expiry, which makes it used.
    ///
    /// The expiry never moves beyond ``Session/end``, and never back: a clock that was ahead, here or at another server
    /// on the same store, takes no time away.
    func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) async throws -> Session?

    /// Forgets a session, if it is there.
    func end(_ digest: [UInt8]) async throws

    /// Forgets all sessions, or all of a subject, and returns the digests of those that had not expired; for debugging.
    func end(allOf subject: String?, at now: Instant) async throws -> [[UInt8]]

    /// Forgets the sessions that have expired at the given instant.
    func removeExpired(before instant: Instant) async throws
}

/// What is remembered of a legacy `initialize`.
public struct Session: Sendable, Hashable {
    /// SHA-256 of the session id.
    public let digest: [UInt8]
    /// Whose token opened it.
    public let subject: String
    /// Which client opened it.
    public let clientID: String
    /// The revision agreed on.
    public let version: ProtocolVersion
    /// When it ends unless it is used before.
    public var expiry: Instant
    /// When it ends, however often it is used.
    public let end: Instant

    /// A session.
    public init(
        digest: [UInt8], subject: String, clientID: String, version: ProtocolVersion, expiry: Instant, end: Instant
    ) {
        self.digest = digest
        self.subject = subject
        self.clientID = clientID
        self.version = version
        self.expiry = expiry
        self.end = end
    }
}

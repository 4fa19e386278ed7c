public import Primitives

/// The sessions of the legacy revisions, by the digest of their id.
///
/// A store keeps digests, never the ids themselves, and has no rules: the caller decides about lifetime and ownership.
/// Each operation is atomic; `SessionStoreConformance` is the contract.
public protocol SessionStore: Sendable {
    /// Inserts a new session; when the store is full, the session that expires first is dropped.
    func insert(_ session: Session) async throws

    /// Finds a session that has not expired, and extends its expiry.
    ///
    /// The expiry never moves beyond ``Session/end``, and never back: a fast clock, here or at another server on the
    /// same store, does not shorten a session.
    func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) async throws -> Session?

    /// Ends a session, if it exists.
    func end(_ digest: [UInt8]) async throws

    /// Ends all sessions, or all of a subject, and returns the digests of those that had not expired; for debugging.
    func end(allOf subject: String?, at now: Instant) async throws -> [[UInt8]]

    /// Removes the sessions that have expired at the given instant.
    func removeExpired(before instant: Instant) async throws
}

/// The state of a legacy session.
public struct Session: Sendable, Hashable {
    /// SHA-256 of the session id.
    public let digest: [UInt8]
    /// The subject of the token that opened it.
    public let subject: String
    /// The client of the token that opened it.
    public let clientID: String
    /// The negotiated revision.
    public let version: ProtocolVersion
    /// The time at which it ends unless it is used before.
    public var expiry: Instant
    /// The time at which it ends, however often it is used.
    public let end: Instant

    /// Makes a session.
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

public import Primitives
import Synchronization

/// Sessions in memory, which a restart loses.
public final class MemorySessionStore: SessionStore {
    private let capacity: Int
    private let sessions = Mutex(SessionTable())

    /// Makes an empty store; when it is full, a new session replaces the one that expires first.
    public init(capacity: Int = 16_384) { self.capacity = capacity }

    /// Inserts a new session.
    public func insert(_ session: Session) {
        sessions.withLock { $0.insert(session, capacity: capacity) }
    }

    /// Finds a session and marks it as used.
    public func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) -> Session? {
        sessions.withLock { $0.use(digest, at: now, keptUntil: expiry) }
    }

    /// Ends a session.
    public func end(_ digest: [UInt8]) {
        sessions.withLock { $0.end(digest) }
    }

    /// Ends all sessions, or all of a subject.
    public func end(allOf subject: String?, at now: Instant) -> [[UInt8]] {
        sessions.withLock { $0.end(allOf: subject).filter { $0.expiry > now }.map(\.digest) }
    }

    /// Removes expired sessions.
    public func removeExpired(before instant: Instant) {
        sessions.withLock { $0.removeExpired(until: instant) }
    }

    /// The number of sessions.
    public var count: Int { sessions.withLock(\.count) }

    /// The total number of entries examined for expiry and capacity.
    var steps: Int { sessions.withLock(\.steps) }
}

/// The digest of a session as a dictionary key; an array of bytes would be hashed byte by byte.
package struct SessionKey: Hashable, Sendable {
    package let digest: [UInt8]

    package init(_ digest: [UInt8]) { self.digest = digest }

    package func hash(into hasher: inout Hasher) { digest.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

public import Primitives
import Synchronization

/// Sessions in memory: a restart ends them all.
public final class MemorySessionStore: SessionStore {
    private let capacity: Int
    private let sessions = Mutex(SessionTable())

    /// An empty store; when it is full, a new session takes the place of the one that expires soonest.
    public init(capacity: Int = 16_384) { self.capacity = capacity }

    /// Keeps a new session.
    public func insert(_ session: Session) {
        sessions.withLock { $0.insert(session, capacity: capacity) }
    }

    /// The session with this digest, now used.
    public func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) -> Session? {
        sessions.withLock { $0.use(digest, at: now, keptUntil: expiry) }
    }

    /// Forgets a session.
    public func end(_ digest: [UInt8]) {
        sessions.withLock { $0.end(digest) }
    }

    /// Forgets all sessions, or all of a subject.
    public func end(allOf subject: String?, at now: Instant) -> [[UInt8]] {
        sessions.withLock { $0.end(allOf: subject).filter { $0.expiry > now }.map(\.digest) }
    }

    /// Forgets the sessions that have expired.
    public func removeExpired(before instant: Instant) {
        sessions.withLock { $0.removeExpired(until: instant) }
    }

    /// The number of sessions kept.
    public var count: Int { sessions.withLock(\.count) }

    /// How many entries have been looked at for expiry and capacity, ever.
    var steps: Int { sessions.withLock(\.steps) }
}

/// A session's digest as a key of a dictionary; an array of bytes would be hashed byte by byte.
package struct SessionKey: Hashable, Sendable {
    package let digest: [UInt8]

    package init(_ digest: [UInt8]) { self.digest = digest }

    package func hash(into hasher: inout Hasher) { digest.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

import Synchronization

/// Sessions in memory: a restart ends them all.
public final class MemorySessionStore: SessionStore {
    private let capacity: Int
    private let sessions = Mutex<[SessionKey: Session]>([:])

    /// An empty store; when it is full, a new session takes the place of the one idle for longest.
    public init(capacity: Int = 16_384) { self.capacity = capacity }

    /// Keeps a new session.
    public func insert(_ session: Session) {
        sessions.withLock { sessions in
            if sessions.count >= capacity, let oldest = sessions.values.min(by: { $0.expiry < $1.expiry }) {
                sessions[SessionKey(oldest.digest)] = nil
            }
            sessions[SessionKey(session.digest)] = session
        }
    }

    /// The session with this digest, now used.
    public func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) -> Session? {
        sessions.withLock { sessions in
            guard let found = sessions.index(forKey: SessionKey(digest)), sessions.values[found].expiry > now else {
                return nil
            }
            sessions.values[found].expiry = min(expiry, sessions.values[found].end)
            return sessions.values[found]
        }
    }

    /// Forgets a session.
    public func end(_ digest: [UInt8]) {
        sessions.withLock { $0[SessionKey(digest)] = nil }
    }

    /// Forgets all sessions, or all of a subject.
    public func end(allOf subject: String?, at now: Instant) -> [[UInt8]] {
        sessions.withLock { sessions in
            let ended = sessions.values.filter { subject == nil || $0.subject == subject }
            for session in ended { sessions[SessionKey(session.digest)] = nil }
            return ended.filter { $0.expiry > now }.map(\.digest)
        }
    }

    /// Forgets the sessions that have expired.
    public func removeExpired(before instant: Instant) {
        sessions.withLock { sessions in sessions = sessions.filter { $0.value.expiry > instant } }
    }

    /// The number of sessions kept.
    public var count: Int { sessions.withLock(\.count) }
}

/// A session's digest as a key of a dictionary; an array of bytes would be hashed byte by byte.
package struct SessionKey: Hashable, Sendable {
    package let digest: [UInt8]

    package init(_ digest: [UInt8]) { self.digest = digest }

    package func hash(into hasher: inout Hasher) { digest.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

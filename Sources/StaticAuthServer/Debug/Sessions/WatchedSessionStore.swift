internal import MCP
internal import Synchronization

/// A store that notes which sessions pass through it.
struct WatchedSessionStore: SessionStore {
    let store: any SessionStore
    let known: KnownSessions

    func insert(_ session: Session) async throws {
        try await store.insert(session)
        known.note(session)
    }

    func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) async throws -> Session? {
        let session = try await store.session(digest, at: now, keptUntil: expiry)
        if let session { known.note(session) }
        return session
    }

    func end(_ digest: [UInt8]) async throws {
        try await store.end(digest)
        known.forget(digest)
    }

    func removeExpired(before instant: Instant) async throws {
        try await store.removeExpired(before: instant)
    }
}

/// The sessions that were opened or used through this process, so that debugging can name all of them, or a person's.
final class KnownSessions: Sendable {
    private let table = Mutex(RecentTable<SessionKey, String>(capacity: 16_384))

    /// Remembers a session that was opened or used.
    func note(_ session: Session) {
        table.withLock { _ = $0.touch(SessionKey(session.digest), else: session.subject) }
    }

    /// Forgets a session that is over.
    func forget(_ digest: [UInt8]) {
        table.withLock { $0.remove(SessionKey(digest)) }
    }

    /// The digest of each session that is known, and its subject; some of them may be over.
    var all: [[UInt8]: String] {
        Dictionary(uniqueKeysWithValues: table.withLock(\.all).map { ($0.digest, $1) })
    }
}

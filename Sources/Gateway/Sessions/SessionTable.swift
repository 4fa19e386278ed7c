internal import Primitives
internal import Synchronization

/// The sessions, and the states of logins, in the memory of this instance.
final class SessionTable: Sendable {
    /// The maximum number of sessions, and of each kind of note about them.
    static let capacity = 50_000

    /// The state of a login that was begun here.
    struct Login: Sendable {
        let session: SessionKey
        let end: Instant
    }

    private struct Content {
        var sessions: [SessionKey: Session] = [:]
        var logins: [SessionKey: Login] = [:]
        /// Sessions that were not used for too long, until when that is remembered.
        var expired: [SessionKey: Instant] = [:]
        /// Sessions that were ended while the store was away.
        var ended: Set<SessionKey> = []
        /// States that were spent while the store was away.
        var spent: Set<SessionKey> = []
    }

    private let content = Mutex(Content())

    // MARK: - Sessions

    subscript(_ key: SessionKey) -> Session? { content.withLock { $0.sessions[key] } }

    var all: [Session] { content.withLock { Array($0.sessions.values) } }

    var count: Int { content.withLock { $0.sessions.count } }

    /// Adds a session, unless there is no room; returns the one that is there already, if any.
    func insert(_ session: Session) -> Session? {
        content.withLock { content in
            if let known = content.sessions[session.key] { return known }
            guard content.sessions.count < Self.capacity else { return nil }
            content.sessions[session.key] = session
            return session
        }
    }

    @discardableResult
    func remove(_ key: SessionKey) -> Session? { content.withLock { $0.sessions.removeValue(forKey: key) } }

    /// Removes sessions that have ended, and remembers them.
    ///
    /// - Parameter memory: until when they are remembered.
    func expire(where hasEnded: (Session) -> Bool, rememberingUntil memory: Instant, now: Instant) -> [Session] {
        content.withLock { content in
            let old = content.sessions.values.filter(hasEnded)
            content.expired = content.expired.filter { $0.value > now }
            content.logins = content.logins.filter { $0.value.end > now }
            for session in old {
                content.sessions[session.key] = nil
                if content.expired.count < Self.capacity { content.expired[session.key] = memory }
            }
            return old
        }
    }

    func hasExpired(_ key: SessionKey) -> Bool { content.withLock { $0.expired[key] != nil } }

    // MARK: - States of logins

    /// Notes a login; false when there are too many.
    func note(_ state: SessionKey, _ login: Login) -> Bool {
        content.withLock { content in
            guard content.logins.count < Self.capacity else { return false }
            content.logins[state] = login
            return true
        }
    }

    func login(_ state: SessionKey, at now: Instant) -> Login? {
        content.withLock { content in content.logins[state].flatMap { $0.end > now ? $0 : nil } }
    }

    /// Spends a state; false when it was spent, or is unknown here.
    func spend(_ state: SessionKey) -> Bool { content.withLock { $0.logins.removeValue(forKey: state) != nil } }

    var logins: [SessionKey: Login] { content.withLock { $0.logins } }

    // MARK: - What the store has to be told

    func noteEnded(_ key: SessionKey) {
        content.withLock { if $0.ended.count < Self.capacity { $0.ended.insert(key) } }
    }

    func noteSpent(_ state: SessionKey) {
        content.withLock { if $0.spent.count < Self.capacity { $0.spent.insert(state) } }
    }

    var untold: (ended: Set<SessionKey>, spent: Set<SessionKey>) { content.withLock { ($0.ended, $0.spent) } }

    func noteTold(ended: Set<SessionKey>, spent: Set<SessionKey>) {
        content.withLock { content in
            content.ended.subtract(ended)
            content.spent.subtract(spent)
        }
    }
}

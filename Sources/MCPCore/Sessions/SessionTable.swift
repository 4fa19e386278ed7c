internal import Primitives

/// The sessions of the memory store, and which of them expires next.
///
/// Using a session does not touch ``expiries``, which then names an instant that is too early: when its turn comes it
/// is put in once more. So expiring and making room cost a constant number of entries for each insertion and use.
struct SessionTable {
    private var sessions: [SessionKey: Session] = [:]
    private var expiries = ExpiryHeap<SessionKey>()
    /// How many entries have been looked at for removing, ever; tests compare it with the number of insertions.
    private(set) var steps = 0

    var count: Int { sessions.count }

    mutating func insert(_ session: Session, capacity: Int) {
        let key = SessionKey(session.digest)
        while sessions.count >= capacity, let soonest = popSoonest(until: .farthest) { sessions[soonest] = nil }
        sessions[key] = session
        expiries.insert(key, at: session.expiry)
        if expiries.count > 2 * sessions.count + Self.slack { rebuildExpiries() }
    }

    /// Finds a session and moves its expiry, never back: another use may have moved it by a clock that is ahead.
    mutating func use(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) -> Session? {
        guard let found = sessions.index(forKey: SessionKey(digest)), sessions.values[found].expiry > now else {
            return nil
        }
        let session = sessions.values[found]
        sessions.values[found].expiry = max(session.expiry, min(expiry, session.end))
        return sessions.values[found]
    }

    mutating func end(_ digest: [UInt8]) {
        sessions[SessionKey(digest)] = nil
    }

    /// Forgets all sessions, or all of a subject, and returns them.
    mutating func end(allOf subject: String?) -> [Session] {
        let ended = sessions.values.filter { subject == nil || $0.subject == subject }
        for session in ended { end(session.digest) }
        return ended
    }

    mutating func removeExpired(until instant: Instant) {
        while let key = popSoonest(until: instant) { sessions[key] = nil }
    }

    /// The session that expires first, unless that is after the instant.
    private mutating func popSoonest(until instant: Instant) -> SessionKey? {
        while let next = expiries.popFirst(until: instant) {
            steps += 1
            guard let expiry = sessions[next.element]?.expiry else { continue }
            guard expiry > next.instant else { return next.element }
            expiries.insert(next.element, at: expiry)
        }
        return nil
    }

    /// Below this many entries the index is not worth rebuilding.
    private static let slack = 1024

    /// Drops what is about sessions that have ended.
    private mutating func rebuildExpiries() {
        steps += expiries.count
        expiries = ExpiryHeap()
        for (key, session) in sessions { expiries.insert(key, at: session.expiry) }
    }
}

extension Instant {
    /// Later than any instant at which something may expire.
    fileprivate static let farthest = Duration(secondsComponent: .max, attosecondsComponent: 0)
}

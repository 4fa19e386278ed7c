internal import Primitives

/// The sessions of the memory store, and their order of expiry.
///
/// Using a session does not update ``expiries``, whose entry is then too early: when it is due it is inserted again. So
/// expiry and eviction examine a constant number of entries for each insertion and use.
struct SessionTable {
    private var sessions: [SessionKey: Session] = [:]
    private var expiries = ExpiryHeap<SessionKey>()
    /// The total number of entries examined for removal; tests compare it with the number of insertions.
    private(set) var steps = 0

    var count: Int { sessions.count }

    mutating func insert(_ session: Session, capacity: Int) {
        let key = SessionKey(session.digest)
        while sessions.count >= capacity, let soonest = popSoonest(until: .farthest) { sessions[soonest] = nil }
        sessions[key] = session
        expiries.insert(key, at: session.expiry)
        if expiries.count > 2 * sessions.count + Self.slack { rebuildExpiries() }
    }

    /// Finds a session and extends its expiry, never shortens it: a fast clock may have set it.
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

    /// Removes all sessions, or all of a subject, and returns them.
    mutating func end(allOf subject: String?) -> [Session] {
        let ended = sessions.values.filter { subject == nil || $0.subject == subject }
        for session in ended { end(session.digest) }
        return ended
    }

    mutating func removeExpired(until instant: Instant) {
        while let key = popSoonest(until: instant) { sessions[key] = nil }
    }

    /// Removes the session that expires first, unless that is after the instant.
    private mutating func popSoonest(until instant: Instant) -> SessionKey? {
        while let next = expiries.popFirst(until: instant) {
            steps += 1
            guard let expiry = sessions[next.element]?.expiry else { continue }
            guard expiry > next.instant else { return next.element }
            expiries.insert(next.element, at: expiry)
        }
        return nil
    }

    /// The number of entries below which the index is not rebuilt.
    private static let slack = 1024

    /// Removes entries of sessions that have ended.
    private mutating func rebuildExpiries() {
        steps += expiries.count
        expiries = ExpiryHeap()
        for (key, session) in sessions { expiries.insert(key, at: session.expiry) }
    }
}

extension Instant {
    /// An instant later than every expiry.
    fileprivate static let farthest = Duration(secondsComponent: .max, attosecondsComponent: 0)
}

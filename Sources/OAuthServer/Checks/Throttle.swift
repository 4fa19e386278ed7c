import OAuth
import Synchronization

/// The refusal to look at another password or secret before some time has passed.
///
/// OAuth 2.1 §2.4.1. It is not an OAuth error: the answer is 429 with `Retry-After`.
public struct TooManyAttempts: Error, Equatable, Sendable {
    /// The time after which another attempt is looked at.
    public let retryAfter: Duration

    /// Makes a refusal.
    public init(retryAfter: Duration) {
        self.retryAfter = retryAfter
    }

    /// The value of `Retry-After`: whole seconds, rounded up.
    public var retryAfterSeconds: Int64 {
        retryAfter.components.seconds + (retryAfter.components.attoseconds > 0 ? 1 : 0)
    }
}

/// Counts failed attempts and refuses more of them for the rest of a minute.
///
/// Each pair of a name and a peer has its own minute, which starts with its first failure; a success ends it. The table
/// is bounded: when it is full, the pair that failed first is forgotten. A minute that begins later than now, because the
/// clock was set back, counts no more.
final class Throttle: Sendable {
    /// Who is counted.
    struct Key: Hashable {
        private let digest: Digest

        /// Names and peers come from strangers; a digest has the same length for all of them.
        init(kind: StaticString, name: String, peer: String) {
            digest = Digest(of: "\(kind)\u{0}\(name)\u{0}\(peer)")
        }
    }

    private struct Failures {
        let since: Instant
        var count: Int
    }

    private static let window: Duration = .seconds(60)

    private let limit: Int
    private let capacity: Int
    private let failures = Mutex<[Key: Failures]>([:])

    init(limit: Int, capacity: Int) {
        self.limit = limit
        self.capacity = capacity
    }

    /// Lets an attempt pass, or refuses it after too many failures.
    func admit(_ key: Key, at now: Instant) throws(TooManyAttempts) {
        let end = failures.withLock { failures -> Instant? in
            guard let entry = failures[key], entry.count >= limit, entry.since <= now else { return nil }
            return entry.since + Self.window
        }
        if let end, now < end { throw TooManyAttempts(retryAfter: end - now) }
    }

    func recordFailure(_ key: Key, at now: Instant) {
        failures.withLock { failures in
            if let entry = failures[key], entry.since <= now, now < entry.since + Self.window {
                failures[key]?.count += 1
                return
            }
            if failures.count >= capacity {
                failures = failures.filter { $0.value.since <= now && now < $0.value.since + Self.window }
            }
            if failures.count >= capacity, let oldest = failures.min(by: { $0.value.since < $1.value.since })?.key {
                failures[oldest] = nil
            }
            failures[key] = Failures(since: now, count: 1)
        }
    }

    /// Forgets every failure.
    func clear() {
        failures.withLock { $0 = [:] }
    }

    func recordSuccess(_ key: Key) {
        failures.withLock { _ = $0.removeValue(forKey: key) }
    }
}

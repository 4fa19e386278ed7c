internal import Synchronization

/// Limits the tool calls of each subject to a number a minute.
///
/// MCP 2026-07-28, Tools, "Security Considerations". A token bucket: a subject may spend a minute's calls at once and
/// then gets them back evenly. Buckets are per process and at most ``cap``; full ones are forgotten, and where all are in
/// use a new subject has to wait.
final class RateLimit: Sendable {
    private struct Bucket {
        var calls: Double
        var filled: Duration
    }

    private let perMinute: Double
    private let now: @Sendable () -> Duration
    private let buckets = Mutex<[String: Bucket]>([:])
    private static let cap = 10_000

    init(perMinute: Int, now: @escaping @Sendable () -> Duration) {
        self.perMinute = Double(perMinute)
        self.now = now
    }

    /// Takes one call from the subject's bucket; returns how long to wait when it is empty.
    func admit(_ subject: String) -> Duration? {
        let now = now()
        return buckets.withLock { buckets in
            if buckets[subject] == nil, buckets.count >= Self.cap {
                buckets = buckets.filter { refilled($0.value, now).calls < perMinute }
                if buckets.count >= Self.cap { return .seconds(60) }
            }
            var bucket = refilled(buckets[subject] ?? Bucket(calls: perMinute, filled: now), now)
            guard bucket.calls >= 1 else {
                buckets[subject] = bucket
                return .seconds((1 - bucket.calls) * 60 / perMinute)
            }
            bucket.calls -= 1
            buckets[subject] = bucket
            return nil
        }
    }

    /// Gives everybody a minute's calls.
    func clear() {
        buckets.withLock { $0 = [:] }
    }

    private func refilled(_ bucket: Bucket, _ now: Duration) -> Bucket {
        let gained = max(0, (now - bucket.filled) / .seconds(60)) * perMinute
        return Bucket(calls: min(perMinute, bucket.calls + gained), filled: now)
    }
}

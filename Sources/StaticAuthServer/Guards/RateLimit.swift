internal import Synchronization

/// Limits the tool calls per minute of each subject.
///
/// MCP 2026-07-28, Tools, "Security Considerations". A token bucket: a subject may spend a minute's calls at once and
/// then regains them evenly. Buckets are per process and at most ``cap``; then a new subject replaces one with a full
/// bucket, of which each call examines a few, or has to wait.
package final class RateLimit: Sendable {
    private struct Bucket {
        var calls: Double
        var filled: Duration
    }

    private struct State {
        var buckets: [String: Bucket] = [:]
        /// The subjects with a bucket, in arbitrary order.
        var subjects: [String] = []
        /// The subject to examine next when there is no room.
        var next = 0
    }

    private let perMinute: Double
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())
    static let cap = 10_000

    package init(perMinute: Int, now: @escaping @Sendable () -> Duration) {
        self.perMinute = Double(perMinute)
        self.now = now
    }

    /// Takes one call from the subject's bucket; returns the time to wait when it is empty.
    package func admit(_ subject: String) -> Duration? {
        let now = now()
        return state.withLock { state in
            if state.buckets[subject] == nil, !makeRoom(for: subject, in: &state, now) { return .seconds(60) }
            var bucket = refilled(state.buckets[subject] ?? Bucket(calls: perMinute, filled: now), now)
            // A sum of fractions may fall slightly short; a client that waited as told is not refused for that.
            guard bucket.calls > 1 - 1e-6 else {
                state.buckets[subject] = bucket
                return .seconds((1 - bucket.calls) * 60 / perMinute)
            }
            bucket.calls = max(0, bucket.calls - 1)
            state.buckets[subject] = bucket
            return nil
        }
    }

    /// Fills all buckets.
    func clear() {
        state.withLock { $0 = State() }
    }

    private func makeRoom(for subject: String, in state: inout State, _ now: Duration) -> Bool {
        guard state.subjects.count >= Self.cap else {
            state.subjects.append(subject)
            return true
        }
        for _ in 0..<8 {
            let place = state.next
            state.next = (place + 1) % Self.cap
            let other = state.subjects[place]
            guard let bucket = state.buckets[other], refilled(bucket, now).calls < perMinute else {
                state.buckets[other] = nil
                state.subjects[place] = subject
                return true
            }
        }
        return false
    }

    private func refilled(_ bucket: Bucket, _ now: Duration) -> Bucket {
        let gained = max(0, (now - bucket.filled) / .seconds(60)) * perMinute
        return Bucket(calls: min(perMinute, bucket.calls + gained), filled: now)
    }
}

internal import Synchronization

/// Decides which routine calls the journal records, and counts the others.
///
/// A client that is debugged makes a few of them, and all are recorded. One that measures makes more than anybody will
/// read: they would only push everything else out of the journal, and cost what is measured. So up to ``burst`` are
/// recorded at once, and after that one in each ``interval``. Whatever is not routine is always recorded.
final class RoutineCalls: Sendable {
    /// The most that are recorded at once.
    static let burst = Journal.capacity
    /// How long it takes until one more is recorded, once all at once have been.
    static let interval = Duration.milliseconds(5)

    private static let allowance = interval * burst

    private struct State {
        /// When all may be recorded at once again; rises by an interval with each.
        var restedAt: ContinuousClock.Instant?
        var unrecorded = Metrics.Histogram()
        /// How many of them the journal has forgotten.
        var forgotten = 0
    }

    private let state = Mutex(State())

    /// Whether a call is recorded that took so long and was answered now; otherwise it is counted.
    func records(_ duration: Duration, until now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            let restedAt = max(state.restedAt ?? now, now)
            guard now.duration(to: restedAt) < Self.allowance else {
                state.unrecorded.add(duration)
                return false
            }
            state.restedAt = restedAt + Self.interval
            return true
        }
    }

    /// The calls that were not recorded, as long as the process lives.
    var unrecorded: Metrics.Histogram { state.withLock(\.unrecorded) }

    /// How many were not recorded since the journal was last cleared.
    var count: Int { state.withLock { $0.unrecorded.count - $0.forgotten } }

    /// Begins anew, as the journal does.
    func clear() {
        state.withLock { $0 = State(unrecorded: $0.unrecorded, forgotten: $0.unrecorded.count) }
    }
}

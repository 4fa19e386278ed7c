package import Primitives
internal import Synchronization

/// Decides which routine calls the journal records, and counts the others.
///
/// A client that is debugged makes a few of them, and all are recorded. One that measures makes more than anybody will
/// read: they would only push everything else out of the journal, and cost what is measured. So up to ``burst`` are
/// recorded at once, and after that one in each ``interval``. Whatever is not routine is always recorded.
package final class CallSampler: Sendable {
    /// The most that are recorded at once.
    package static let burst = Journal.capacity
    /// How long it takes until one more is recorded, once all at once have been.
    static let interval = Duration.milliseconds(5)

    private static let allowance = interval * burst

    private struct State {
        /// When all may be recorded at once again; rises by an interval with each.
        var restedAt: ContinuousClock.Instant?
        var unrecorded = Histogram()
        /// How many of them the journal has forgotten.
        var forgotten = 0
        /// When the latest of them came.
        var latest: Instant?
    }

    private let state = Mutex(State())

    /// Whether a call is recorded that took so long and was answered now; otherwise it is counted.
    ///
    /// - Parameter time: when it came, by the clock of everything that is remembered.
    package func records(_ duration: Duration, until now: ContinuousClock.Instant, time: Instant) -> Bool {
        state.withLock { state in
            let restedAt = max(state.restedAt ?? now, now)
            guard now.duration(to: restedAt) < Self.allowance else {
                state.unrecorded.add(duration)
                state.latest = time
                return false
            }
            state.restedAt = restedAt + Self.interval
            return true
        }
    }

    /// The calls that were not recorded, as long as the process lives.
    var unrecorded: Histogram { state.withLock(\.unrecorded) }

    /// How many were not recorded since the journal was last cleared.
    package var count: Int { state.withLock { $0.unrecorded.count - $0.forgotten } }

    /// When the latest of them came; whose it was is not known.
    var latest: Instant? { state.withLock(\.latest) }

    /// Begins anew, as the journal does.
    func clear() {
        state.withLock { state in
            (state.restedAt, state.latest) = (nil, nil)
            state.forgotten = state.unrecorded.count
        }
    }
}

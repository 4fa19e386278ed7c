package import Primitives
internal import Synchronization

/// Decides which routine calls the journal records; the others are counted.
///
/// A client that is debugged makes a few calls, and all are recorded. A load test makes so many that they would
/// displace all other entries and slow down what is measured. So up to ``burst`` are recorded at once, and then one per
/// ``interval``. Calls that are not routine are always recorded.
package final class CallSampler: Sendable {
    /// The maximum number that are recorded at once.
    package static let burst = Journal.capacity
    /// The interval between two recorded calls after a burst.
    static let interval = Duration.milliseconds(5)

    private static let allowance = interval * burst

    private struct State {
        /// The time at which a whole burst may be recorded again; each call moves it by an interval.
        var restedAt: ContinuousClock.Instant?
        var unrecorded = Histogram()
        /// The number of them before the journal was last cleared.
        var forgotten = 0
        /// The time of the latest of them.
        var latest: Instant?
    }

    private let state = Mutex(State())

    /// Whether to record a call with this duration; otherwise it is counted.
    ///
    /// - Parameter time: the time of the call by the debug clock.
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

    /// The calls that were not recorded since the process started.
    var unrecorded: Histogram { state.withLock(\.unrecorded) }

    /// The number of calls not recorded since the journal was last cleared.
    package var count: Int { state.withLock { $0.unrecorded.count - $0.forgotten } }

    /// The time of the latest of them, which may be any client's.
    var latest: Instant? { state.withLock(\.latest) }

    /// Starts anew together with the journal.
    func clear() {
        state.withLock { state in
            (state.restedAt, state.latest) = (nil, nil)
            state.forgotten = state.unrecorded.count
        }
    }
}

internal import Primitives
internal import Synchronization

/// The clock of the server, which debugging can move.
///
/// All lifetimes and `get_time` use it. Timeouts of requests use the machine's own clock.
final class DebugClock: Sendable {
    /// The maximum offset, in either direction: ten years, so that no sum of instants overflows.
    static let farthest = Duration.seconds(315_360_000)

    /// The refusal of a larger offset.
    struct TooFar: Error {}

    private let real: @Sendable () -> Instant
    private let moved = Mutex(Duration.zero)

    /// Makes a clock that follows another one until it is moved.
    init(_ real: @escaping @Sendable () -> Instant) {
        self.real = real
    }

    /// The present time.
    @Sendable func now() -> Instant { real() + offset }

    /// The offset from the real time.
    var offset: Duration { moved.withLock { $0 } }

    /// Moves it forward, or back when the duration is negative; moves add up.
    func advance(by duration: Duration) throws(TooFar) {
        let isDone = moved.withLock { moved in
            guard duration.isWithin(Self.farthest), (moved + duration).isWithin(Self.farthest) else { return false }
            moved += duration
            return true
        }
        guard isDone else { throw TooFar() }
    }

    /// Sets it to an instant, from which it continues.
    func set(to instant: Instant) throws(TooFar) {
        let duration = instant - real()
        guard duration.isWithin(Self.farthest) else { throw TooFar() }
        moved.withLock { $0 = duration }
    }

    /// Resets it to the real time.
    func reset() {
        moved.withLock { $0 = .zero }
    }
}

extension Duration {
    fileprivate func isWithin(_ bound: Duration) -> Bool { self <= bound && self >= .zero - bound }
}

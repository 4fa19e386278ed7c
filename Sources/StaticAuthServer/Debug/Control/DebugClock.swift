internal import Primitives
internal import Synchronization

/// The clock of the whole server, which debugging can move.
///
/// Every lifetime is told by it, and so is `get_time`. How long a request may take is told by the machine's own clock.
final class DebugClock: Sendable {
    /// How far it can be moved, in either direction: ten years, so that no sum of instants overflows.
    static let farthest = Duration.seconds(315_360_000)

    /// The refusal to move that far.
    struct TooFar: Error {}

    private let real: @Sendable () -> Instant
    private let moved = Mutex(Duration.zero)

    /// A clock that tells the time of another one until it is moved.
    init(_ real: @escaping @Sendable () -> Instant) {
        self.real = real
    }

    /// The time.
    @Sendable func now() -> Instant { real() + offset }

    /// How far it is ahead of the real time.
    var offset: Duration { moved.withLock { $0 } }

    /// Moves it on, or back when the duration is negative; several moves add up.
    func advance(by duration: Duration) throws(TooFar) {
        let isDone = moved.withLock { moved in
            guard duration.isWithin(Self.farthest), (moved + duration).isWithin(Self.farthest) else { return false }
            moved += duration
            return true
        }
        guard isDone else { throw TooFar() }
    }

    /// Sets it; it goes on from there.
    func set(to instant: Instant) throws(TooFar) {
        let duration = instant - real()
        guard duration.isWithin(Self.farthest) else { throw TooFar() }
        moved.withLock { $0 = duration }
    }

    /// Lets it tell the real time again.
    func reset() {
        moved.withLock { $0 = .zero }
    }
}

extension Duration {
    fileprivate func isWithin(_ bound: Duration) -> Bool { self <= bound && self >= .zero - bound }
}

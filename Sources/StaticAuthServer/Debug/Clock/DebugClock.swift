internal import OAuth
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
    /// In nanoseconds.
    private let moved = Atomic(0)

    /// A clock that tells the time of another one until it is moved.
    init(_ real: @escaping @Sendable () -> Instant) {
        self.real = real
    }

    /// The time.
    @Sendable func now() -> Instant { real() + offset }

    /// How far it is ahead of the real time.
    var offset: Duration { .nanoseconds(moved.load(ordering: .relaxed)) }

    /// Moves it on, or back when the duration is negative; several moves add up.
    func advance(by duration: Duration) throws(TooFar) {
        guard duration.isWithin(Self.farthest) else { throw TooFar() }
        let sum = moved.add(duration.nanoseconds, ordering: .relaxed).newValue
        guard Duration.nanoseconds(sum).isWithin(Self.farthest) else {
            moved.subtract(duration.nanoseconds, ordering: .relaxed)
            throw TooFar()
        }
    }

    /// Sets it; it goes on from there.
    func set(to instant: Instant) throws(TooFar) {
        let duration = instant - real()
        guard duration.isWithin(Self.farthest) else { throw TooFar() }
        moved.store(duration.nanoseconds, ordering: .relaxed)
    }

    /// Lets it tell the real time again.
    func reset() {
        moved.store(0, ordering: .relaxed)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int { Int(self / .nanoseconds(1)) }

    fileprivate func isWithin(_ bound: Duration) -> Bool { self <= bound && self >= .zero - bound }
}

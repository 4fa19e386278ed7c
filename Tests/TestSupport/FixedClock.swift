internal import OAuth
public import Primitives
import Synchronization

/// A clock that stands still until a test moves it.
public final class FixedClock: Sendable {
    private let instant: Mutex<Instant>

    /// Makes a clock that shows some time in 2027.
    public init(at instant: Instant = .seconds(1_800_000_000)) {
        self.instant = Mutex(instant)
    }

    /// The function to pass where a clock is needed.
    public var now: @Sendable () -> Instant {
        { self.instant.withLock { $0 } }
    }

    /// Moves the clock; back, when the duration is negative.
    public func advance(by duration: Duration) {
        instant.withLock { $0 += duration }
    }
}

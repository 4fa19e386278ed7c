internal import Primitives
internal import HTTPEdge
internal import OAuth
internal import Synchronization

/// Exchanges that were answered and have yet to be looked at.
///
/// Looking at one takes a good part of the time that answering it took, so it happens on another thread, in the order
/// of the answers, and for many of them at once: to wake a thread costs as much as to look. Whoever wants to know what
/// happened has the backlog cleared first, and where nobody does it may take a second, or ``many`` bytes. When looking
/// falls behind, answering waits for it: nothing is left out, and no more than ``most`` bytes and one exchange wait.
final class RecordingQueue: Sendable {
    private struct State {
        var tape = Tape()
        /// Whether somebody will come for what waits.
        var isAwaited = false
    }

    /// What does not wait for more, in bytes.
    private static let many = 1 << 18
    /// The most that waits, in bytes.
    private static let most = 1 << 20
    /// The largest tape that is kept for use again, in bytes.
    private static let mostKept = 2 << 20
    /// How long the first exchange waits while somebody listens; nobody sees a page lag behind by that.
    private static let shortDelay = Duration.milliseconds(10)
    /// How long it waits while nobody does.
    private static let longDelay = Duration.seconds(1)

    private let look: @Sendable (Exchange) -> Void
    private let hasListeners: @Sendable () -> Bool
    private let background: Background
    private let state = Mutex(State())
    /// The tape that is played, empty in between; held by the one that looks, so that the order stays.
    private let playing = Mutex(Tape())

    /// Takes a function that looks at an exchange, one that tells whether somebody listens for what was seen, and what
    /// does something later or on another thread.
    init(
        _ look: @escaping @Sendable (Exchange) -> Void, hasListeners: @escaping @Sendable () -> Bool,
        _ background: Background
    ) {
        self.background = background
        self.look = look
        self.hasListeners = hasListeners
    }

    /// Has a request and its answer looked at soon.
    func add(_ number: Int, _ request: HTTPRequest, _ answer: Answer, time: Instant, duration: Duration) {
        let (isFirst, isMany, isFull) = state.withLock { state in
            let before = state.tape.size
            state.tape.record(number, request, answer, time: time, duration: duration)
            defer { state.isAwaited = true }
            let size = state.tape.size
            return (!state.isAwaited, before < Self.many && size >= Self.many, size >= Self.most)
        }
        if isFull {
            clear()
        } else if isMany {
            background.aside { self.clear() }
        } else if isFirst {
            _ = background.alarm(after: hasListeners() ? Self.shortDelay : Self.longDelay) {
                self.background.aside { self.clear() }
            }
        }
    }

    /// Looks at everything that waits.
    func clear() {
        playing.withLock { tape in
            while take(&tape) {
                while let exchange = tape.next() { look(exchange) }
                tape.rewind(keeping: Self.mostKept)
            }
        }
    }

    /// Takes what waits in exchange for an empty tape; false when nothing does.
    private func take(_ tape: inout Tape) -> Bool {
        state.withLock { state in
            swap(&state.tape, &tape)
            state.isAwaited = tape.size > 0
            return state.isAwaited
        }
    }
}

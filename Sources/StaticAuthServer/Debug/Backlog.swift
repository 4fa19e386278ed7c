internal import HTTPEdge
internal import OAuth
internal import Synchronization

/// Exchanges that were answered and have yet to be looked at.
///
/// Looking at one takes a good part of the time that answering it took, so it happens on another thread, in the order of
/// the answers, and for many of them at once: to wake a thread costs as much as to look. Whoever wants to know what
/// happened has the backlog cleared first. When looking falls behind, answering waits for it: nothing is left out, and no
/// more than ``most`` bytes and one exchange wait.
final class Backlog: Sendable {
    private struct State {
        var tape = Tape()
        /// Whether a task will come for what waits.
        var isAwaited = false
    }

    /// The most that waits, in bytes.
    private static let most = 1 << 20
    /// The largest tape that is kept for use again, in bytes.
    private static let mostKept = 2 << 20
    /// How long the first exchange waits; nobody sees a page lag behind by that.
    private static let delay = Duration.milliseconds(10)

    private let look: @Sendable (Observation) -> Void
    private let state = Mutex(State())
    /// The tape that is played, empty in between; held by the one that looks, so that the order stays.
    private let playing = Mutex(Tape())

    /// Takes the function that looks at an exchange.
    init(_ look: @escaping @Sendable (Observation) -> Void) {
        self.look = look
    }

    /// Has a request and its answer looked at soon.
    func add(_ number: Int, _ request: HTTPRequest, _ answer: Answer, time: Instant, duration: Duration) {
        let (isFirst, isFull) = state.withLock { state in
            state.tape.record(number, request, answer, time: time, duration: duration)
            defer { state.isAwaited = true }
            return (!state.isAwaited, state.tape.size >= Self.most)
        }
        if isFull {
            clear()
        } else if isFirst {
            Task.detached(priority: .utility) {
                try? await Task.sleep(for: Self.delay)
                self.clear()
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

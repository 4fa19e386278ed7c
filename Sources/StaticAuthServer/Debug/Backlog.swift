internal import Synchronization

/// Exchanges that were answered and have yet to be looked at.
///
/// Looking at one takes a good part of the time that answering it took, so it happens on another thread, in the order of
/// the answers. Whoever wants to know what happened has the backlog cleared first. When looking falls behind, answering
/// waits for it: nothing is left out, and no more than ``most`` exchanges are held.
final class Backlog: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Observation] = []
        /// Whether a task will come for what waits.
        var isAwaited = false
    }

    /// The most exchanges that wait.
    private static let most = 1024

    private let look: @Sendable (Observation) -> Void
    private let state = Mutex(State())
    /// Held by the one that looks, so that the order stays.
    private let turn = Mutex<Void>(())

    /// Takes the function that looks at an exchange.
    init(_ look: @escaping @Sendable (Observation) -> Void) {
        self.look = look
    }

    /// Has an exchange looked at soon; it is put together only then.
    func add(_ exchange: @escaping @Sendable () -> Observation) {
        let (isFirst, isFull) = state.withLock { state in
            let isFirst = !state.isAwaited
            state.isAwaited = true
            state.waiting.append(exchange)
            return (isFirst, state.waiting.count >= Self.most)
        }
        if isFull {
            clear()
        } else if isFirst {
            Task.detached(priority: .utility) { self.clear() }
        }
    }

    /// Looks at everything that waits.
    func clear() {
        turn.withLock { _ in
            while let batch = next() { for exchange in batch { look(exchange()) } }
        }
    }

    private func next() -> [@Sendable () -> Observation]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isAwaited = false
                return nil
            }
            defer {
                state.waiting = []
                state.waiting.reserveCapacity(64)
            }
            return state.waiting
        }
    }
}

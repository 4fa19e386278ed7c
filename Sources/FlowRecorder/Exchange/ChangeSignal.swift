internal import Synchronization

/// A change signal without payload; listeners re-read state.
///
/// A signal that a listener has not taken yet is not repeated, so a slow listener costs nothing.
package final class ChangeSignal: Sendable {
    /// The maximum number of listeners.
    package static let maximum = 64

    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        /// The listeners that also need the passing of time.
        var clockwatchers: Set<Int> = []
        var last = 0
        var isEnded = false
    }

    private let state = Mutex(State())

    /// Adds a listener; nil when there are too many or the server stops.
    ///
    /// The stream ends when the server stops.
    ///
    /// - Parameter ticks: whether to signal the passing of time, too.
    package func listen(ticks: Bool = false) -> AsyncStream<Void>? {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return state.withLock { state in
            guard !state.isEnded, state.listeners.count < Self.maximum else { return nil }
            state.last += 1
            continuation.onTermination = { [weak self, number = state.last] _ in
                self?.remove(number)
            }
            state.listeners[state.last] = continuation
            if ticks { state.clockwatchers.insert(state.last) }
            return stream
        }
    }

    /// Signals all listeners.
    package func signal() {
        let listeners = state.withLock { $0.listeners.isEmpty ? [:] : $0.listeners }
        for listener in listeners.values { listener.yield() }
    }

    /// Signals the passing of time.
    package func tick() {
        let listeners = state.withLock { state in state.clockwatchers.compactMap { state.listeners[$0] } }
        for listener in listeners { listener.yield() }
    }

    private func remove(_ number: Int) {
        state.withLock { state in
            state.listeners[number] = nil
            state.clockwatchers.remove(number)
        }
    }

    /// Ends all streams, and refuses new listeners.
    func end() {
        let listeners = state.withLock { state in
            state.isEnded = true
            return state.listeners
        }
        for listener in listeners.values { listener.finish() }
    }

    /// The number of listeners.
    package var count: Int { state.withLock { $0.listeners.count } }
}

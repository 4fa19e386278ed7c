internal import Synchronization

/// A change signal without payload; listeners re-read state.
///
/// A signal that a listener has not taken yet is not repeated, so a slow listener costs nothing.
package final class ChangeSignal: Sendable {
    /// The most listeners at a time.
    package static let maximum = 64

    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        /// Those that want to know that time goes by.
        var clockwatchers: Set<Int> = []
        var last = 0
        var isEnded = false
    }

    private let state = Mutex(State())

    /// Begins to listen; nil when too many do already or the server stops.
    ///
    /// The stream ends when the server stops.
    ///
    /// - Parameter ticks: whether to be told that time goes by, too.
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

    /// Signals everybody who listens.
    func signal() {
        let listeners = state.withLock { $0.listeners.isEmpty ? [:] : $0.listeners }
        for listener in listeners.values { listener.yield() }
    }

    /// Signals those who want to know that time goes by.
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

    /// Lets everybody go, now and from now on.
    func end() {
        let listeners = state.withLock { state in
            state.isEnded = true
            return state.listeners
        }
        for listener in listeners.values { listener.finish() }
    }

    /// How many listen.
    package var count: Int { state.withLock { $0.listeners.count } }
}

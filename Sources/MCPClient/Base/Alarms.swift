internal import Synchronization

/// Waits for many timeouts, nearly all of which end before their time.
///
/// A cancelled `Task.sleep` keeps its timer until the time comes, which with thousands of requests a second and
/// timeouts of half a minute is memory for all of them. Here only what still waits is kept.
final class Alarms: Sendable {
    static let shared = Alarms()

    private struct State {
        var waiting: [Int: (end: ContinuousClock.Instant, wake: CheckedContinuation<Void, Never>)] = [:]
        var last = 0
        var isTicking = false
    }

    private let state = Mutex(State())
    /// The longest time between two looks; a timeout is late by no more.
    private static let longestTick = Duration.milliseconds(50)

    /// Returns at a time.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    func wait(until end: ContinuousClock.Instant) async throws {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let startsTicking = state.withLock { state in
                    state.waiting[number] = (end, wake)
                    return !exchange(&state.isTicking, with: true)
                }
                if startsTicking { Task.detached { [self] in await tick() } }
                // A task that was cancelled before found nothing to wake.
                if Task.isCancelled { self.wake(number) }
            }
        } onCancel: {
            self.wake(number)
        }
        try Task.checkCancellation()
    }

    /// The number of those that wait.
    var count: Int { state.withLock { $0.waiting.count } }

    private func wake(_ number: Int) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.wake.resume()
    }

    /// Wakes what is due until nothing waits.
    private func tick() async {
        while true {
            let now = ContinuousClock.now
            let (due, next) = state.withLock { state in
                let due = state.waiting.filter { $0.value.end <= now }
                for number in due.keys { state.waiting[number] = nil }
                state.isTicking = !state.waiting.isEmpty || !due.isEmpty
                return (due.values.map(\.wake), state.isTicking ? state.waiting.values.map(\.end).min() ?? now : nil)
            }
            for wake in due { wake.resume() }
            guard let next else { return }
            try? await Task.sleep(for: min(max(next - now, .milliseconds(1)), Self.longestTick))
        }
    }
}

internal import Synchronization

/// Work that several callers wait for; it is cancelled when the last of them is.
final class SharedTask<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>
    private let state = Mutex(State())

    private struct State {
        var waiting = 1
        var isDone = false
    }

    /// Begins the work for a first caller, who has to ask for its value.
    init(_ work: @escaping @Sendable () async throws -> Value) { task = Task { try await work() } }

    /// Adds a caller, who has to ask for the value; false when the work has been cancelled.
    func join() -> Bool {
        state.withLock { state in
            guard state.waiting > 0 || state.isDone else { return false }
            state.waiting += 1
            return true
        }
    }

    /// The outcome of the work.
    ///
    /// - Throws: what the work throws; `CancellationError` when all callers were cancelled.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            let value = try await task.value
            // The outcome stays for callers to come, also when those before are cancelled.
            state.withLock { $0.isDone = true }
            return value
        } onCancel: {
            let isLast = state.withLock { state in
                state.waiting -= 1
                return state.waiting == 0
            }
            if isLast { task.cancel() }
        }
    }
}

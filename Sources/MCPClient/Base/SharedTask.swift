internal import Synchronization

/// Work that several callers wait for; it is cancelled when the last of them is.
final class SharedTask<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>
    private let state = Mutex(State())

    private struct State {
        var waiting = 1
        var isDone = false
    }

    /// Starts the work for a first caller, who must await its value.
    init(_ work: @escaping @Sendable () async throws -> Value) { task = Task { try await work() } }

    /// The number of callers that were not cancelled.
    var callers: Int { state.withLock { $0.waiting } }

    /// Adds a caller, who must await the value; false when the work has been cancelled.
    func join() -> Bool {
        state.withLock { state in
            guard state.waiting > 0 || state.isDone else { return false }
            state.waiting += 1
            return true
        }
    }

    /// The result of the work.
    ///
    /// - Throws: the error of the work; `CancellationError` when all callers were cancelled.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            let value = try await task.value
            // The result stays for later callers, even when the earlier ones are cancelled.
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

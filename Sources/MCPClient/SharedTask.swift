internal import Synchronization

/// Work that several callers wait for; it is cancelled when the last of them is.
final class SharedTask<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>
    private let waiting = Mutex(1)

    /// Begins the work for a first caller, who has to ask for its value.
    init(_ work: @escaping @Sendable () async throws -> Value) { task = Task { try await work() } }

    /// Adds a caller, who has to ask for the value; false when the work has been cancelled.
    func join() -> Bool {
        waiting.withLock { waiting in
            guard waiting > 0 else { return false }
            waiting += 1
            return true
        }
    }

    /// The outcome of the work.
    ///
    /// - Throws: what the work throws; `CancellationError` when all callers were cancelled.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            let isLast = waiting.withLock { waiting in
                waiting -= 1
                return waiting == 0
            }
            if isLast { task.cancel() }
        }
    }
}

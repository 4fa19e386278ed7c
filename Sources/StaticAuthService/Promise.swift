#if ServiceLifecycle
internal import Synchronization

/// A value that comes once, for which any number of tasks may wait.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open(waiting: [Int: CheckedContinuation<Value, any Error>], last: Int)
        case resolved(Result<Value, any Error>)
    }

    private let state = Mutex(State.open(waiting: [:], last: 0))

    /// Sets the value, unless there is one.
    func resolve(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard case .open(let waiting, _) = state else { return [] }
            state = .resolved(result)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    /// The value.
    ///
    /// - Throws: the error in its place; `CancellationError` when the waiting task is cancelled.
    var value: Value {
        get async throws {
            let number = state.withLock { state -> Int in
                guard case .open(let waiting, let last) = state else { return 0 }
                state = .open(waiting: waiting, last: last + 1)
                return last + 1
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait(number, $0) }
            } onCancel: {
                cancel(number)
            }
        }
    }

    private func wait(_ number: Int, _ continuation: CheckedContinuation<Value, any Error>) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            switch state {
            case .resolved(let result): return result
            case .open(var waiting, let last):
                // The handler of a task that was cancelled before has run already, or finds the continuation.
                if Task.isCancelled { return .failure(CancellationError()) }
                waiting[number] = continuation
                state = .open(waiting: waiting, last: last)
                return nil
            }
        }
        if let result { continuation.resume(with: result) }
    }

    private func cancel(_ number: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard case .open(var waiting, let last) = state else { return nil }
            defer { state = .open(waiting: waiting, last: last) }
            return waiting.removeValue(forKey: number)
        }
        continuation?.resume(throwing: CancellationError())
    }
}
#endif

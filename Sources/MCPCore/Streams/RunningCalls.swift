import Synchronization

/// The legacy calls that are being answered on an event stream and can therefore be cancelled.
///
/// MCP 2025-11-25, basic/utilities/cancellation. Only the session of a call may cancel it; an id that is in use twice
/// cancels both calls.
final class RunningCalls: Sendable {
    struct Key: Hashable {
        let session: [UInt8]
        let id: RequestID
    }

    private struct State {
        var cancellations: [Key: [Int: @Sendable () -> Void]] = [:]
        var started = 0
    }

    private let state = Mutex(State())

    /// Runs a call on its stream, and allows its cancellation until it ends.
    func run(
        _ key: Key, on stream: CallStream, respond: @escaping @Sendable (ProgressReporter?) async -> Response
    ) {
        state.withLock { state in
            state.started += 1
            let number = state.started
            // The end of the task takes this lock, so it comes after the insertion below.
            let task = stream.start { reporter in
                let response = await respond(reporter)
                self.forget(key, number: number)
                return response
            }
            state.cancellations[key, default: [:]][number] = {
                task.cancel()
                stream.end()
            }
        }
    }

    /// Cancels the calls with this id; their streams end without a response.
    func cancel(_ key: Key) {
        let cancellations = state.withLock { $0.cancellations.removeValue(forKey: key) }
        for cancel in cancellations?.values ?? [:].values { cancel() }
    }

    private func forget(_ key: Key, number: Int) {
        state.withLock { state in
            state.cancellations[key]?[number] = nil
            if state.cancellations[key]?.isEmpty == true { state.cancellations[key] = nil }
        }
    }
}

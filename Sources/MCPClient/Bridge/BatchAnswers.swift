internal import Primitives
internal import Synchronization

/// The answers to the messages of one batch, which are sent together (MCP 2025-03-26, basic, "Batching").
final class BatchAnswers: Sendable {
    private let state: Mutex<(missing: Int, answers: [JSONValue])>

    /// Waits for the outcome of this many messages.
    init(count: Int) { state = Mutex((count, [])) }

    /// Adds an outcome, which may be no answer; returns all answers after the last one.
    func add(_ answer: JSONObject?) -> [JSONValue]? {
        state.withLock { state in
            state.missing -= 1
            if let answer { state.answers.append(.object(answer)) }
            return state.missing == 0 ? state.answers : nil
        }
    }
}

internal import HTTPEdge
internal import OAuth
internal import Synchronization

/// The latest requests and what came of them, without anything secret.
final class Journal: Sendable {
    private struct State {
        var last = 0
        var entries: [JournalEntry] = []
    }

    private static let capacity = 1000
    private let state = Mutex(State())

    /// Gives a request its number, by which an answer may refer to its entry.
    func begin() -> Int {
        state.withLock {
            $0.last += 1
            return $0.last
        }
    }

    /// Remembers a request and its answer.
    func record(_ entry: JournalEntry) {
        state.withLock {
            if $0.entries.count >= Self.capacity { $0.entries.removeFirst() }
            $0.entries.append(entry)
        }
    }

    /// All that is remembered, the oldest first.
    var entries: [JournalEntry] { state.withLock(\.entries) }
}

/// One request and what came of it.
struct JournalEntry: Sendable {
    let number: Int
    let method: String
    let path: String
    let status: Int
    let explanation: Explanation?

    init(_ number: Int, _ request: HTTPRequest, _ answer: Answer) {
        self.number = number
        method = request.method.rawValue
        path = request.path
        status = answer.response.status.code
        explanation = answer.explanation
    }
}

internal import Synchronization

/// The latest requests with their answers, without secrets.
///
/// It keeps at most ``capacity`` entries and about ``byteLimit`` bytes; the oldest are dropped first. They are in the
/// order of the answers.
package final class Journal: Sendable {
    /// The maximum number of entries.
    package static let capacity = 1000
    /// The maximum memory of entries, in bytes.
    package static let byteLimit = 4 << 20

    private struct State {
        /// A ring: the oldest entry is at `start`.
        var ring = [JournalEntry?](repeating: nil, count: Journal.capacity)
        var start = 0
        var count = 0
        var bytes = 0
        /// The total number of entries so far.
        var total = 0

        mutating func append(_ entry: JournalEntry) {
            bytes += entry.size
            while count == Journal.capacity || (bytes > Journal.byteLimit && count > 0) { removeFirst() }
            ring[(start + count) % Journal.capacity] = entry
            count += 1
            total += 1
        }

        mutating func note(_ error: StreamError) {
            guard let index = ring.firstIndex(where: { $0?.number == error.entry }), var entry = ring[index] else {
                return
            }
            bytes -= entry.size
            entry.explain(error.explanation)
            bytes += entry.size
            ring[index] = entry
        }

        mutating func attribute(_ entries: Set<Int>, to flow: Int) {
            for index in ring.indices where ring[index].map({ entries.contains($0.number) }) ?? false {
                ring[index]?.flow = flow
            }
        }

        private mutating func removeFirst() {
            bytes -= ring[start]?.size ?? 0
            ring[start] = nil
            start = (start + 1) % Journal.capacity
            count -= 1
        }

        var entries: [JournalEntry] {
            latest(count)
        }

        func latest(_ number: Int) -> [JournalEntry] {
            (count - min(number, count)..<count).compactMap { ring[(start + $0) % Journal.capacity] }
        }
    }

    /// The secrets that no entry shows.
    package let secrets: SecretScanner
    private let state = Mutex(State())
    private let last = Atomic(0)

    init(secrets: SecretScanner) {
        self.secrets = secrets
    }

    /// Assigns a request its number, by which an answer may refer to its entry.
    package func begin() -> Int {
        last.add(1, ordering: .relaxed).newValue
    }

    /// The number of the latest request; 0 before the first.
    var latestNumber: Int { last.load(ordering: .relaxed) }

    /// Adds an entry.
    func record(_ entry: JournalEntry) {
        state.withLock { $0.append(entry) }
    }

    /// Explains an entry that is still kept, unless it has an explanation.
    func note(_ error: StreamError) {
        state.withLock { $0.note(error) }
    }

    /// Corrects the flow of entries that are still kept.
    func attribute(_ entries: Set<Int>, to flow: Int) {
        state.withLock { $0.attribute(entries, to: flow) }
    }

    /// The approximate memory of the entries, in bytes.
    var size: Int { state.withLock(\.bytes) }

    /// All entries, in the order of the answers.
    package var entries: [JournalEntry] { state.withLock(\.entries) }

    /// The entry with a number, while it is kept.
    package subscript(number: Int) -> JournalEntry? {
        entries.last { $0.number == number }
    }

    /// Removes all entries and returns their number; numbering continues.
    func clear() -> Int {
        state.withLock { state in
            defer { state = State(total: state.total) }
            return state.count
        }
    }

    /// The entries since a mark that are still kept, and the next mark; nil is the first mark.
    package func news(since mark: Int?) -> (entries: [JournalEntry], mark: Int) {
        state.withLock { state in
            (state.latest(mark.map { state.total - $0 } ?? state.count), state.total)
        }
    }
}

internal import MCPClient
internal import Synchronization

/// The documents of one session's `TokenStore`, in memory.
final class SessionFiles: StoreFiles {
    private struct State {
        var documents: [String: [UInt8]] = [:]
        /// The number of changes of logins and tokens, which have to be stored.
        var changes = 0
    }

    private let state = Mutex(State())
    private let turns = Turns()
    private let sharing = Mutex<Sharing?>(nil)

    init(_ documents: [String: [UInt8]] = [:]) { state.withLock { $0.documents = documents } }

    /// Sets what keeps other instances out while tokens are renewed.
    func share(_ sharing: Sharing) { self.sharing.withLock { $0 = sharing } }

    var documents: [String: [UInt8]] { state.withLock { $0.documents } }

    var changes: Int { state.withLock { $0.changes } }

    /// Takes over the documents that another instance has stored.
    func replace(_ documents: [String: [UInt8]]) { state.withLock { $0.documents = documents } }

    /// Whether other instances have to know; a note about the server's revision only saves a probe.
    private static func matters(_ name: String) -> Bool { !name.hasPrefix("era-") }

    // MARK: - StoreFiles

    func path(_ name: String) -> String { name }

    func prepare() {}

    func read(_ name: String) -> [UInt8]? { state.withLock { $0.documents[name] } }

    func write(_ bytes: [UInt8], to name: String) {
        state.withLock { state in
            guard state.documents[name] != bytes else { return }
            state.documents[name] = bytes
            if Self.matters(name) { state.changes += 1 }
        }
    }

    /// Memory always has room.
    func checkWritable() {}

    func remove(_ name: String) {
        state.withLock { state in
            if state.documents.removeValue(forKey: name) != nil, Self.matters(name) { state.changes += 1 }
        }
    }

    func names() -> [String] { state.withLock { $0.documents.keys.sorted() } }

    func holding<Value>(
        _ name: String, isolation: isolated (any Actor)?, _ work: () async throws -> Value
    ) async throws -> Value {
        try await turns.wait()
        defer { turns.end() }
        let sharing = sharing.withLock { $0 }
        try await sharing?.begin()
        do {
            let value = try await work()
            await sharing?.end()
            return value
        } catch {
            await sharing?.end()
            throw error
        }
    }
}

/// What happens before and after a renewal, where several instances serve a session.
struct Sharing: Sendable {
    /// Takes the lock among instances, and the documents that the last one has stored.
    let begin: @Sendable () async throws -> Void
    /// Stores the documents and releases the lock.
    let end: @Sendable () async -> Void
}

/// Lets one task at a time through.
final class Turns: Sendable {
    private let isTaken = Mutex(false)

    /// Waits for its turn.
    func wait() async throws {
        // Polling, because a waiting task must be cancellable and turns are short and rare.
        while isTaken.withLock({ exchange(&$0, with: true) }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    func end() { isTaken.withLock { $0 = false } }
}

internal import Primitives
internal import Synchronization

/// A session in the memory of this instance.
final class Session: Sendable {
    let key: SessionKey
    let files: SessionFiles

    private struct State {
        var record: SessionRecord
        var lastUse: Instant
        /// The number of changes of ``record``, and how many of them, and of the documents, are stored.
        var changes = 0
        var stored = (record: -1, documents: 0)
        /// The text in the store that this session equals; nil when there is none.
        var sealed: String?
        /// The time until which the store keeps it without another word.
        var keptUntil = Instant.zero
        var live: LiveConnection?
    }

    private let state: Mutex<State>

    /// Makes a session.
    ///
    /// - Parameter sealed: the text in the store that it was read from; nil for a new one.
    init(
        _ key: SessionKey, _ record: SessionRecord, documents: [String: [UInt8]] = [:], sealed: String? = nil,
        now: Instant
    ) {
        self.key = key
        files = SessionFiles(documents)
        var state = State(record: record, lastUse: now)
        if sealed != nil { state.stored.record = 0 }
        state.sealed = sealed
        self.state = Mutex(state)
    }

    var record: SessionRecord { state.withLock { $0.record } }

    var server: String { state.withLock { $0.record.server } }

    /// Changes the record; it has to be stored then.
    func change(_ work: (inout SessionRecord) -> Void) {
        state.withLock { state in
            work(&state.record)
            state.changes += 1
        }
    }

    var lastUse: Instant { state.withLock { $0.lastUse } }

    func use(at now: Instant) { state.withLock { $0.lastUse = max($0.lastUse, now) } }

    // MARK: - The store

    /// Whether something has changed since it was stored.
    var isUnstored: Bool { state.withLock { $0.stored.record != $0.changes } || hasNewDocuments }

    /// Whether logins or tokens have changed since they were stored.
    var hasNewDocuments: Bool { state.withLock { $0.stored.documents != files.changes } }

    /// What to store: the document, the text that it replaces, and what to report when that is done.
    struct Snapshot {
        let document: JSONObject
        let before: String?
        fileprivate let numbers: (record: Int, documents: Int)
    }

    func snapshot() -> Snapshot {
        state.withLock { state in
            let numbers = (state.changes, files.changes)
            return Snapshot(
                document: state.record.document(files.documents), before: state.sealed, numbers: numbers)
        }
    }

    /// Records what is stored.
    func noteStored(_ snapshot: Snapshot, as sealed: String, until end: Instant) {
        state.withLock { state in
            (state.stored, state.sealed, state.keptUntil) = (snapshot.numbers, sealed, end)
        }
    }

    /// Whether this is what the store holds.
    func equals(_ sealed: String) -> Bool { state.withLock { $0.sealed == sealed } }

    /// Takes over what another instance has stored.
    ///
    /// A change of the record that is not stored yet is kept, and so are logins and tokens.
    func replace(_ record: SessionRecord, documents: [String: [UInt8]], sealed: String) {
        state.withLock { state in
            if state.stored.record == state.changes { state.record = record }
            if state.stored.documents == files.changes { files.replace(documents) }
            state.sealed = sealed
        }
    }

    /// Whether the store has to be told that the session is used; then until when it will keep it.
    func isDue(until end: Instant, slack: Duration) -> Bool {
        state.withLock { state in
            guard end - state.keptUntil > slack else { return false }
            state.keptUntil = end
            return true
        }
    }

    // MARK: - The connection

    /// The connection to the server, made anew when there is none.
    func live(_ make: (Session) throws -> LiveConnection) rethrows -> LiveConnection {
        if let live = state.withLock({ $0.live }) { return live }
        let made = try make(self)
        return state.withLock { state in
            if let live = state.live { return live }
            state.live = made
            return made
        }
    }

    /// The connection, where there is one.
    var openConnection: LiveConnection? { state.withLock { $0.live } }

    /// Drops the connection; the next request makes another one.
    func disconnect() -> LiveConnection? { state.withLock { state in exchange(&state.live, with: nil) } }
}

internal import Primitives
internal import Synchronization

/// A session in the memory of this instance.
final class Session: Sendable {
    let key: SessionKey
    let files: SessionFiles

    private struct State {
        var record: SessionRecord
        var lastUse: Instant
        /// The number of changes of ``record``.
        var changes = 0
        /// The sums of changes that are stored.
        var stored = -1
        /// The text in the store that this session equals; nil when there is none.
        var sealed: String?
        /// The time until which the store keeps it without another word.
        var keptUntil = Instant.zero
        var live: LiveConnection?
    }

    private let state: Mutex<State>

    init(_ key: SessionKey, _ record: SessionRecord, documents: [String: [UInt8]] = [:], now: Instant) {
        self.key = key
        files = SessionFiles(documents)
        state = Mutex(State(record: record, lastUse: now))
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
    var isUnstored: Bool { state.withLock { $0.stored != $0.changes + files.changes } }

    /// The document to store, and the number to report when that is done.
    func snapshot() -> (document: JSONObject, number: Int) {
        state.withLock { state in
            let number = state.changes + files.changes
            return (state.record.document(files.documents), number)
        }
    }

    /// Records what is stored.
    func noteStored(_ number: Int, as sealed: String, until end: Instant) {
        state.withLock { state in
            state.stored = max(state.stored, number)
            (state.sealed, state.keptUntil) = (sealed, end)
        }
    }

    /// Whether this is what the store holds.
    func equals(_ sealed: String) -> Bool { state.withLock { $0.sealed == sealed } }

    /// Takes over what another instance has stored.
    func replace(_ record: SessionRecord, documents: [String: [UInt8]], sealed: String) {
        state.withLock { state in
            state.record = record
            files.replace(documents)
            state.stored = state.changes + files.changes
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

internal import MCP
internal import OAuth

/// What debugging can do to sessions: end them.
struct DebugSessions: Sendable {
    let known: KnownSessions
    let store: any SessionStore
    let now: @Sendable () -> OAuth.Instant
    /// Ends the streams of a session that is over.
    let ended: @Sendable ([UInt8]) -> Void

    /// Ends sessions and their streams, and returns how many there were.
    func drop(_ selection: Selection) async throws -> Int {
        let digests: [[UInt8]]
        if case .one(let id) = selection {
            digests = [id.digest.bytes]
        } else {
            digests = known.all.filter { selection.includes($0.value) }.map(\.key)
        }
        var count = 0
        let now = now()
        for digest in digests {
            if try await store.session(digest, at: now, keptUntil: now) != nil { count += 1 }
            try await store.end(digest)
            ended(digest)
        }
        return count
    }
}

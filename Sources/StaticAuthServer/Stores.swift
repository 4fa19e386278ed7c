public import MCPCore
public import OAuthServer

/// What keeps everything that a server remembers.
///
/// The page "How to write a store" lists what each of the two protocols promises.
public typealias Store = GrantStore & SessionStore

/// The grants and sessions of the server, in one store or in two.
struct Stores: Sendable {
    let grants: any GrantStore
    let sessions: any SessionStore
    /// The number of sessions; nil where the store would have to count them.
    let sessionCount: @Sendable () -> Int?
    /// Whether both are one store, which then removes expired records of both at once.
    private let isShared: Bool

    /// Wraps one store for both; nil for one of each in memory.
    init(_ store: (any Store)? = nil) {
        grants = store ?? MemoryGrantStore()
        let own = MemorySessionStore()
        sessions = store ?? own
        sessionCount = { store == nil ? own.count : nil }
        isShared = store != nil
    }

    /// Removes what expired before an instant.
    func removeExpired(before instant: Duration) async throws {
        try await grants.removeExpired(before: instant)
        if !isShared { try await sessions.removeExpired(before: instant) }
    }
}

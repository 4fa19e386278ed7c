internal import MCPCore
internal import OAuthServer

/// What the server remembers between two requests: its grants and its sessions, in one store or in two.
struct Stores: Sendable {
    let grants: any GrantStore
    let sessions: any SessionStore
    /// How many sessions there are; nil where the store would have to count them.
    let sessionCount: @Sendable () -> Int?
    /// Whether both are one store, which then forgets for both at once.
    private let isShared: Bool

    /// Takes one store for both; nil keeps each in this process.
    init(_ store: (any GrantStore & SessionStore)? = nil) {
        grants = store ?? MemoryGrantStore()
        let own = MemorySessionStore()
        sessions = store ?? own
        sessionCount = { store == nil ? own.count : nil }
        isShared = store != nil
    }

    /// Forgets what expired before an instant.
    func removeExpired(before instant: Duration) async throws {
        try await grants.removeExpired(before: instant)
        if !isShared { try await sessions.removeExpired(before: instant) }
    }
}

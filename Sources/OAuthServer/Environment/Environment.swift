import OAuth
import Primitives

/// The environment of checks, grants and endpoints: the settings, the store, the clock, and shared state.
final class Environment: Sendable {
    let configuration: Configuration
    let store: any GrantStore
    let now: @Sendable () -> Instant
    let randomBytes: @Sendable (Int) -> [UInt8]
    /// Counts wrong passwords and secrets.
    let throttle: Throttle
    let resources: ResourceCheck
    /// Called after each revocation by the store.
    private let revoked: @Sendable (Revocation) -> Void

    init(
        configuration: Configuration, store: any GrantStore, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8], throttle: Throttle,
        revoked: @escaping @Sendable (Revocation) -> Void
    ) {
        self.configuration = configuration
        self.store = store
        self.now = now
        self.randomBytes = randomBytes
        self.throttle = throttle
        self.revoked = revoked
        resources = ResourceCheck(configuration)
    }

    /// Revokes a grant with all its tokens.
    func revoke(_ grant: GrantID) async throws {
        try await store.revoke(grant)
        revoked(.grant(grant))
    }

    /// Revokes one access token.
    func revoke(accessToken: Digest) async throws {
        try await store.revoke(accessToken: accessToken)
        revoked(.accessToken(accessToken))
    }
}

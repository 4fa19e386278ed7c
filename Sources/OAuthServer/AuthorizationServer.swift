public import Primitives
public import OAuth

/// The authorization server: its settings, its memory, and its endpoints.
///
/// OAuth 2.1 §1.1. It knows neither HTTP nor time nor randomness; what it needs of them is handed in. A class, because
/// every request shares the same settings and counters.
public final class AuthorizationServer: Sendable {
    /// The settings.
    public let configuration: Configuration
    /// The memory.
    public let store: any GrantStore

    let now: @Sendable () -> Instant
    let randomBytes: @Sendable (Int) -> [UInt8]
    let resources: ResourceCheck
    let throttle: Throttle
    private let revoked: @Sendable (Revocation) -> Void

    /// Makes a server that reads the clock and takes random bytes only through the two functions given.
    ///
    /// - Parameters:
    ///   - throttle: who has sent wrong passwords and secrets; another server may count with it, too.
    ///   - revoked: is told of each revocation that the store has carried out.
    public init(
        configuration: Configuration, store: any GrantStore, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8], throttle: Throttle = Throttle(),
        revoked: @escaping @Sendable (Revocation) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.store = store
        self.now = now
        self.randomBytes = randomBytes
        resources = ResourceCheck(configuration)
        self.throttle = throttle
        self.revoked = revoked
    }

    /// Ends a grant with all that came of it.
    func revoke(_ grant: GrantID) async throws {
        try await store.revoke(grant)
        revoked(.grant(grant))
    }

    /// Ends one access token.
    func revoke(accessToken: Digest) async throws {
        try await store.revoke(accessToken: accessToken)
        revoked(.accessToken(accessToken))
    }

    /// Where a person agrees.
    public var authorization: AuthorizationEndpoint { AuthorizationEndpoint(server: self) }
    /// Where a client trades a grant for tokens.
    public var token: TokenEndpoint { TokenEndpoint(server: self) }
    /// Where a client gives tokens back.
    public var revocation: RevocationEndpoint { RevocationEndpoint(server: self) }
    /// Where a protected resource asks about tokens.
    public var introspection: IntrospectionEndpoint { IntrospectionEndpoint(server: self) }
    /// Tokens without any flow, for tests.
    public var direct: TestTokenIssuer { TestTokenIssuer(server: self) }
    /// What the server says about itself.
    public var metadata: Metadata { Metadata(configuration: configuration) }
    /// What our own protected resource asks of every request's token.
    public var accessTokens: AccessTokenCheck { AccessTokenCheck(server: self) }
}

/// What was revoked.
public enum Revocation: Sendable, Hashable {
    /// A grant and every token of it.
    case grant(GrantID)
    /// One access token, by its digest.
    case accessToken(Digest)
    /// All that a subject has.
    case subject(String)
    /// All there is.
    case everything
}

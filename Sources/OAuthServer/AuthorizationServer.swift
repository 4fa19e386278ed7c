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

    /// Makes a server that reads the clock and takes random bytes only through the two functions given.
    public init(
        configuration: Configuration, store: any GrantStore, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.configuration = configuration
        self.store = store
        self.now = now
        self.randomBytes = randomBytes
        resources = ResourceCheck(configuration)
        throttle = Throttle(limit: configuration.throttleLimit, capacity: configuration.throttleCapacity)
    }

    /// Forgets who has sent wrong passwords and secrets, and looks at everybody's again.
    public func forgetFailures() {
        throttle.clear()
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
    public var direct: DirectGrant { DirectGrant(server: self) }
    /// What the server says about itself.
    public var metadata: Metadata { Metadata(configuration: configuration) }
    /// What our own protected resource asks of every request's token.
    public var accessTokens: AccessTokenCheck { AccessTokenCheck(server: self) }
}

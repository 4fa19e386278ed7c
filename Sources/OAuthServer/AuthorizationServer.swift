public import Primitives
public import OAuth

/// The authorization server: the facade that makes its endpoints.
///
/// OAuth 2.1 §1.1. It reads the clock and takes random bytes only through the functions it is given, and knows nothing
/// of HTTP.
public struct AuthorizationServer: Sendable {
    private let environment: Environment

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - now: the time since 1970.
    ///   - randomBytes: returns as many unpredictable bytes as asked for.
    ///   - throttle: counts wrong passwords and secrets; servers may share one.
    ///   - revoked: called after each revocation that the store has carried out.
    public init(
        configuration: Configuration, store: any GrantStore, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8], throttle: Throttle = Throttle(),
        revoked: @escaping @Sendable (Revocation) -> Void = { _ in }
    ) {
        environment = Environment(
            configuration: configuration, store: store, now: now, randomBytes: randomBytes, throttle: throttle,
            revoked: revoked)
    }

    /// The settings.
    public var configuration: Configuration { environment.configuration }
    /// The memory.
    public var store: any GrantStore { environment.store }

    /// Where a person agrees.
    public var authorization: AuthorizationEndpoint { AuthorizationEndpoint(environment: environment) }
    /// Where a client trades a grant for tokens.
    public var token: TokenEndpoint { TokenEndpoint(environment: environment) }
    /// Where a client gives tokens back.
    public var revocation: RevocationEndpoint { RevocationEndpoint(environment: environment) }
    /// Where a protected resource asks about tokens.
    public var introspection: IntrospectionEndpoint { IntrospectionEndpoint(environment: environment) }
    /// Tokens without any flow, for tests.
    public var direct: TestTokenIssuer { TestTokenIssuer(environment: environment) }
    /// What the server says about itself.
    public var metadata: Metadata { Metadata(configuration: configuration) }
    /// What our own protected resource asks of every request's token.
    public var accessTokens: AccessTokenCheck { AccessTokenCheck(environment: environment) }
}

internal import OAuth
public import Primitives

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
    ///   - randomBytes: returns unpredictable bytes of the given number.
    ///   - throttle: counts wrong passwords and secrets; servers may share one.
    ///   - revoked: called after each revocation by the store.
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
    /// The store.
    public var store: any GrantStore { environment.store }

    /// The endpoint at which a person authorizes a client.
    public var authorization: AuthorizationEndpoint { AuthorizationEndpoint(environment: environment) }
    /// The endpoint at which a client exchanges a grant for tokens.
    public var token: TokenEndpoint { TokenEndpoint(environment: environment) }
    /// The endpoint at which a client revokes tokens.
    public var revocation: RevocationEndpoint { RevocationEndpoint(environment: environment) }
    /// The endpoint at which a protected resource asks about tokens.
    public var introspection: IntrospectionEndpoint { IntrospectionEndpoint(environment: environment) }
    /// Issues tokens without a flow, for tests.
    public var direct: TestTokenIssuer { TestTokenIssuer(environment: environment) }
    /// The metadata of the server.
    public var metadata: Metadata { Metadata(configuration: configuration) }
    /// The check of access tokens for our own protected resource.
    public var accessTokens: AccessTokenCheck { AccessTokenCheck(environment: environment) }
}

public import OAuth

/// How the server deviates from what it should do, on purpose, so that clients can be tested against it.
///
/// A server in the field does each of these. None of them takes a check of a secret, code, token or verifier away.
public struct Deviations: Sendable, Equatable {
    /// No deviation.
    public static let none = Deviations()

    /// What becomes of a refresh token that is used; anything but ``RefreshPolicy/rotate`` falls short of RFC 9700
    /// §4.14.2.
    public var refreshPolicy = RefreshPolicy.rotate
    /// Whether a refresh without `scope` gets the base scope, not all that was granted (RFC 6749 §6).
    public var refreshDropsScope = false
    /// Scopes that are accepted and never granted; the token response says so (RFC 6749 §3.3 allows that).
    public var withheldScope = Scope([])
    /// What is asked of the parameter `resource` beyond RFC 8707.
    public var resourceRule = ResourceRule.lenient
    /// What token responses say about the life of an access token (RFC 6749 §5.1).
    public var advertisedLifetime = AdvertisedLifetime.real

    /// Starts from an honest server.
    public init() {}
}

public import OAuth

/// Deliberate deviations from correct behaviour, so that clients can be tested against them.
///
/// Real servers have each of these. None of them removes a check of a secret, code, token or verifier.
public struct Deviations: Sendable, Equatable {
    /// No deviation.
    public static let none = Deviations()

    /// The treatment of a refresh token that is used; anything but ``RefreshPolicy/rotate`` falls short of RFC 9700
    /// §4.14.2.
    public var refreshPolicy = RefreshPolicy.rotate
    /// Whether a refresh without `scope` gets the base scope, not all that was granted (RFC 6749 §6).
    public var refreshDropsScope = false
    /// Scopes that are accepted and never granted; the token response says so (RFC 6749 §3.3 allows that).
    public var withheldScope = Scope([])
    /// The rule for the parameter `resource` beyond RFC 8707.
    public var resourceRule = ResourceRule.lenient
    /// The lifetime of an access token as token responses state it (RFC 6749 §5.1).
    public var advertisedLifetime = AdvertisedLifetime.real

    /// Makes no deviations.
    public init() {}
}

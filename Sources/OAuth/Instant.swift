/// A point in time, as the time passed since the Unix epoch.
///
/// Nothing in `OAuth` or `OAuthServer` reads a clock; instants are handed in.
public typealias Instant = Duration

extension Instant {
    /// The whole seconds of this instant, as `exp` and `iat` carry them.
    ///
    /// RFC 7662 §2.2 (NumericDate). Fractions are cut off.
    public var unixSeconds: Int64 { components.seconds }
}

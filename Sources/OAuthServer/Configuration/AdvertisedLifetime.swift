internal import OAuth

/// The lifetime of an access token as token responses state it, which may be wrong on purpose.
///
/// RFC 6749 §5.1. The token itself, and its introspection, keep the real lifetime.
public enum AdvertisedLifetime: Equatable, Sendable {
    /// The real lifetime.
    case real
    /// This lifetime, whatever the real one is.
    case fixed(Duration)
    /// No statement.
    case omitted
    /// The real lifetime, as a JSON string.
    case string

    /// The statement about a token with a lifetime.
    func expiresIn(_ lifetime: Duration) -> ExpiresIn {
        switch self {
        case .real: .number(lifetime)
        case .fixed(let time): .number(time)
        case .omitted: .omitted
        case .string: .string(lifetime)
        }
    }
}

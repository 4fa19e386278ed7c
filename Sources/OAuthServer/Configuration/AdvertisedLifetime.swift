internal import OAuth

/// What token responses say about the life of an access token, which may be a lie.
///
/// RFC 6749 §5.1. The token itself, and what introspection says of it, keep to the real life.
public enum AdvertisedLifetime: Equatable, Sendable {
    /// The truth.
    case real
    /// This time, whatever the truth is.
    case fixed(Duration)
    /// Nothing.
    case omitted
    /// The truth, as a JSON string.
    case string

    /// What is said of a token that lives for a time.
    func expiresIn(_ lifetime: Duration) -> ExpiresIn {
        switch self {
        case .real: .number(lifetime)
        case .fixed(let time): .number(time)
        case .omitted: .omitted
        case .string: .string(lifetime)
        }
    }
}

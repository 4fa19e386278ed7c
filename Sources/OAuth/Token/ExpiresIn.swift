/// The lifetime of an access token as a token response states it.
///
/// RFC 6749 §5.1: `expires_in` is a number of seconds, and recommended. Some servers omit it, send a string or state a
/// wrong number; a client has to cope with all of them.
public enum ExpiresIn: Equatable, Sendable {
    /// A number, as the RFC demands.
    case number(Duration)
    /// The number as a JSON string.
    case string(Duration)
    /// No such member.
    case omitted

    /// The value of the member; nil when there is none.
    var value: Document.Value? {
        switch self {
        case .number(let time): .integer(time.components.seconds)
        case .string(let time): .string(String(time.components.seconds))
        case .omitted: nil
        }
    }
}

/// What a token response says about the life of its access token.
///
/// RFC 6749 §5.1: `expires_in` is a number of seconds, and recommended. Some servers leave it out or send it as a
/// string, and some say what is not true; a client has to live with all of them.
public enum ExpiresIn: Equatable, Sendable {
    /// A number, as it should be.
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

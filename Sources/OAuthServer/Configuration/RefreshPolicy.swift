/// What becomes of a refresh token that is used.
///
/// RFC 9700 §4.14 asks for rotation where the client is public; servers in the field do all of these.
public enum RefreshPolicy: Equatable, Sendable {
    /// It works once and is answered with the next one; a second use revokes its whole grant.
    case rotate
    /// It works once and is answered with the next one; a second use is refused and revokes nothing.
    case rotateOnly
    /// It goes on as it is, and no answer carries another one.
    case reuse
    /// As with ``rotate``, but for this time after its first use it still works, for a client that lost the answer.
    case grace(Duration)
    /// There are no refresh tokens.
    case none
}

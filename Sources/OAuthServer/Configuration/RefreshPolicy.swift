/// The treatment of a refresh token that is used.
///
/// RFC 9700 §4.14 requires rotation for public clients; real servers use all of these.
public enum RefreshPolicy: Equatable, Sendable {
    /// It works once, and the response has the next one; a second use revokes the whole grant.
    case rotate
    /// It works once, and the response has the next one; a second use is refused and revokes nothing.
    case rotateOnly
    /// It stays valid, and responses have no other one.
    case reuse
    /// Like ``rotate``, but it works for this time after its first use, for a client that lost the response.
    case grace(Duration)
    /// There are no refresh tokens.
    case none
}

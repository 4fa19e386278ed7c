public import OAuth

/// What was revoked.
public enum Revocation: Sendable, Hashable {
    /// A grant and every token of it.
    case grant(GrantID)
    /// One access token, by its digest.
    case accessToken(Digest)
    /// All that a subject has.
    case subject(String)
    /// All there is.
    case everything
}

public import OAuth

/// The subject of a revocation.
public enum Revocation: Sendable, Hashable {
    /// A grant and every token of it.
    case grant(GrantID)
    /// One access token, by its digest.
    case accessToken(Digest)
    /// Everything of a subject.
    case subject(String)
    /// Everything.
    case everything
}

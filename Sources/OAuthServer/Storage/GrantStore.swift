public import OAuth
public import Primitives

/// The state of the authorization server: grants, codes and tokens.
///
/// A store keeps digests, never the secrets themselves, and has no rules: the caller checks lifetimes and ownership.
/// Its operations are atomic; `GrantStoreConformance` is the contract. An operation that cannot be carried out throws
/// and changes nothing. A database store cannot always know that, because a reply may be lost; when the same exchange
/// is requested again within a minute, such a store undoes the one whose tokens reached no client, and repeats it.
public protocol GrantStore: Sendable {
    /// Stores a new code with its new grant; does nothing for a revoked grant.
    func insert(_ code: CodeRecord) async throws

    /// Stores tokens without spending anything; an unknown grant begins with them.
    func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome

    /// Finds a code, spent or not, without changing it.
    func code(_ digest: Digest) async throws -> CodeRecord?

    /// Finds a refresh token, spent or not, without changing it.
    func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord?

    /// Finds an access token without changing it.
    func accessToken(_ digest: Digest) async throws -> AccessTokenRecord?

    /// Spends a code and stores the tokens that it is exchanged for, in one step.
    func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome

    /// Spends a refresh token and stores the tokens that it is exchanged for, in one step.
    ///
    /// It is spent at the instant at which the tokens' access token is issued.
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome

    /// Revokes a grant: removes its codes and tokens, and refuses further ones.
    func revoke(_ grant: GrantID) async throws

    /// Removes one access token.
    func revoke(accessToken: Digest) async throws

    /// Expires codes and tokens at an instant, unless they expire before, and returns how many were usable until then.
    ///
    /// Spent ones stay, so that a second use is still recognised. It takes linear time unless one is named; it is for
    /// debugging.
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) async throws -> Int

    /// Revokes all grants, or all of a subject, like ``revoke(_:)``, and returns how many had anything usable; for
    /// debugging.
    func revoke(allOf subject: String?) async throws -> Int

    /// Removes what expired before an instant.
    ///
    /// A spent code or refresh token stays for as long as its grant has anything that has not expired, so that a second
    /// use is still recognised.
    func removeExpired(before instant: Instant) async throws
}

/// The outcome of storing tokens.
public enum InsertOutcome: Sendable, Equatable {
    /// They are stored.
    case done
    /// Their grant was revoked meanwhile, and nothing is stored.
    case unknown
}

/// The outcome of spending a code or refresh token.
public enum SpendOutcome: Sendable, Equatable {
    /// It is spent, and the tokens are stored.
    case done
    /// It was spent before, in a grant that still lives; no tokens are stored.
    case replayed(GrantID)
    /// It is unknown, or its grant was revoked meanwhile; no tokens are stored.
    case unknown
}

/// The kinds of codes and tokens.
public enum TokenKind: String, CaseIterable, Sendable {
    /// An access token.
    case access
    /// A refresh token.
    case refresh
    /// An authorization code.
    case code
}

/// A selection of codes and tokens.
public enum TokenSelection: Sendable, Hashable {
    /// The one with this digest.
    case one(Digest)
    /// All of a subject.
    case subject(String)
    /// All.
    case all
}

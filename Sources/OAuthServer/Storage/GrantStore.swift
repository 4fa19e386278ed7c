public import Primitives
public import OAuth

/// Everything the authorization server remembers between two requests.
///
/// A store keeps digests, never the secrets themselves, and decides nothing: lifetimes and ownership are checked by the
/// caller. What it promises is atomicity, and `GrantStoreConformance` is the meaning of that promise. An operation that
/// cannot be carried out throws and has then changed nothing. A store that cannot always know that, because the answer
/// of a database may be lost, makes a trade in doubt anew when it is asked for again within some seconds, in place of
/// the one whose tokens nobody received.
public protocol GrantStore: Sendable {
    /// Remembers a fresh code, and with it a new grant; for a grant that was revoked it does nothing.
    func insert(_ code: CodeRecord) async throws

    /// Remembers tokens for which nothing is spent; a grant that is not known yet begins with them.
    func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome

    /// Finds a code, spent or not, and changes nothing.
    func code(_ digest: Digest) async throws -> CodeRecord?

    /// Finds a refresh token, spent or not, and changes nothing.
    func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord?

    /// Finds an access token and changes nothing.
    func accessToken(_ digest: Digest) async throws -> AccessTokenRecord?

    /// Spends a code and remembers the tokens it was traded for, in one step.
    func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome

    /// Spends a refresh token and remembers the tokens it was traded for, in one step.
    ///
    /// It is spent at the instant at which the tokens' access token is issued.
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome

    /// Ends a grant: forgets its codes and tokens, and refuses to remember any more for it.
    func revoke(_ grant: GrantID) async throws

    /// Forgets one access token.
    func revoke(accessToken: Digest) async throws

    /// Has codes and tokens expire at an instant, unless they do before, and returns how many could be used until then.
    ///
    /// What is spent stays as it is, so that a second use is still recognised as one. It takes time in proportion to
    /// what there is, unless one is named; it is for debugging.
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) async throws -> Int

    /// Ends all grants, or all of a subject, as ``revoke(_:)`` does, and returns how many had anything that was neither
    /// spent nor revoked; for debugging.
    func revoke(allOf subject: String?) async throws -> Int

    /// Forgets what expired before an instant.
    ///
    /// A spent code or refresh token stays as long as its grant has anything that has not expired, so that a second use
    /// is still recognised as one.
    func removeExpired(before instant: Instant) async throws
}

/// What became of tokens that spend nothing.
public enum InsertOutcome: Sendable, Equatable {
    /// They are remembered.
    case done
    /// Their grant was revoked meanwhile, and nothing is remembered.
    case unknown
}

/// What became of a code or refresh token that was to be spent.
public enum SpendOutcome: Sendable, Equatable {
    /// It is spent, and the tokens are remembered.
    case done
    /// It had been spent before, by a grant that still lives; nothing has changed.
    case replayed(GrantID)
    /// It is not known, or its grant was revoked meanwhile; nothing has changed.
    case unknown
}

/// What can be used at one of the endpoints.
public enum TokenKind: String, CaseIterable, Sendable {
    /// An access token.
    case access
    /// A refresh token.
    case refresh
    /// An authorization code.
    case code
}

/// Which codes and tokens are meant.
public enum TokenSelection: Sendable, Hashable {
    /// The one with this digest.
    case one(Digest)
    /// All of a subject.
    case subject(String)
    /// All there are.
    case all
}

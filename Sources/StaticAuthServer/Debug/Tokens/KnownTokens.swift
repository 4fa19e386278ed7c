internal import OAuth
internal import OAuthServer
internal import Synchronization

/// The codes and tokens that this process has issued or was shown, so that debugging can name all of them, or a person's.
///
/// A store finds things by their digest alone.
final class KnownTokens: Sendable {
    /// What can be used at one of the endpoints.
    enum Kind: String, CaseIterable, Sendable {
        case access
        case refresh
        case code
    }

    /// A code or token.
    struct Token: Sendable {
        let kind: Kind
        let grant: GrantID
        let subject: String
        /// When it was made to expire before its time.
        var expiredAt: Instant?
    }

    private let table = Mutex(RecentTable<Digest, Token>(capacity: 32_768))

    /// Remembers a code or token that was issued or shown, and returns what is known of it.
    @discardableResult
    func note(_ digest: Digest, _ kind: Kind, of grant: GrantRecord) -> Token {
        table.withLock { $0.touch(digest, else: Token(kind: kind, grant: grant.id, subject: grant.subject)) }
    }

    /// Notes when a token was made to expire.
    func expire(_ digest: Digest, _ token: Token, at instant: Instant) {
        var token = token
        token.expiredAt = instant
        table.withLock { [token] in $0.update(digest, to: token) }
    }

    /// Forgets a code or token that is spent or gone.
    func forget(_ digest: Digest) {
        table.withLock { $0.remove(digest) }
    }

    /// Everything that is known; some of it may be over.
    var all: [Digest: Token] { table.withLock(\.all) }
}

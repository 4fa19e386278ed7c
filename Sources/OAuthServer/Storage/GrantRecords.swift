public import OAuth
public import Primitives

/// The id of a grant: 128 random bits, unique among all servers that share a store.
public struct GrantID: Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt128

    /// Wraps the bits.
    public init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// Makes a random id.
    public init(from randomBytes: (Int) -> [UInt8]) {
        rawValue = randomBytes(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
}

/// The values of a grant, which hold for all its codes and tokens.
///
/// RFC 6749 §1.3. They never change, so stores may keep them once.
public final class GrantRecord: Sendable, Equatable {
    /// The id of the grant.
    public let id: GrantID
    /// The client it was given to.
    public let clientID: String
    /// The subject: a user's name, or the client's own id.
    public let subject: String
    /// The user's name; nil when a client acts for itself.
    public let userName: String?
    /// The granted scope.
    public let scope: Scope
    /// The protected resource it is for.
    public let audience: String
    /// The origin that the flow used.
    public let issuer: String
    /// The end of the grant, however often it is refreshed.
    public let expiresAt: Instant

    /// Collects the values.
    public init(
        id: GrantID, clientID: String, subject: String, userName: String?, scope: Scope, audience: String,
        issuer: String, expiresAt: Instant
    ) {
        self.id = id
        self.clientID = clientID
        self.subject = subject
        self.userName = userName
        self.scope = scope
        self.audience = audience
        self.issuer = issuer
        self.expiresAt = expiresAt
    }

    /// Whether two grants have the same values.
    public static func == (left: GrantRecord, right: GrantRecord) -> Bool {
        left === right
            || left.id == right.id && left.clientID == right.clientID && left.subject == right.subject
                && left.userName == right.userName && left.scope == right.scope && left.audience == right.audience
                && left.issuer == right.issuer && left.expiresAt == right.expiresAt
    }
}

/// An authorization code and its bindings.
public struct CodeRecord: Sendable, Equatable {
    /// The digest of the code.
    public let digest: Digest
    /// The grant it stands for.
    public let grant: GrantRecord
    /// The redirect URI it was sent to.
    public let redirectURI: String
    /// The challenge for its verifier.
    public let challenge: CodeChallenge
    /// The expiry.
    public let expiresAt: Instant
    /// Whether it has been exchanged for tokens.
    public let isSpent: Bool

    /// Collects the values.
    public init(
        digest: Digest, grant: GrantRecord, redirectURI: String, challenge: CodeChallenge, expiresAt: Instant,
        isSpent: Bool = false
    ) {
        self.digest = digest
        self.grant = grant
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.expiresAt = expiresAt
        self.isSpent = isSpent
    }
}

/// An access token.
public struct AccessTokenRecord: Sendable, Equatable {
    /// The digest of the token.
    public let digest: Digest
    /// The grant it belongs to.
    public let grant: GrantRecord
    /// The scope of this token, which may be narrower than the grant's.
    public let scope: Scope
    /// The time of issue.
    public let issuedAt: Instant
    /// The expiry.
    public let expiresAt: Instant

    /// Collects the values.
    public init(digest: Digest, grant: GrantRecord, scope: Scope, issuedAt: Instant, expiresAt: Instant) {
        self.digest = digest
        self.grant = grant
        self.scope = scope
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// A refresh token; its scope is always that of the grant.
public struct RefreshTokenRecord: Sendable, Equatable {
    /// The digest of the token.
    public let digest: Digest
    /// The grant it belongs to.
    public let grant: GrantRecord
    /// The time of issue.
    public let issuedAt: Instant
    /// The expiry.
    public let expiresAt: Instant
    /// The time at which it was exchanged for the next one; nil when it was not.
    public let spentAt: Instant?

    /// Whether it has been exchanged for the next one.
    public var isSpent: Bool { spentAt != nil }

    /// Collects the values.
    public init(digest: Digest, grant: GrantRecord, issuedAt: Instant, expiresAt: Instant, spentAt: Instant? = nil) {
        self.digest = digest
        self.grant = grant
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.spentAt = spentAt
    }
}

/// The tokens of one token response.
public struct IssuedTokens: Sendable, Equatable {
    /// The access token.
    public let accessToken: AccessTokenRecord
    /// The refresh token, if there is one; it belongs to the same grant.
    public let refreshToken: RefreshTokenRecord?

    /// Collects the tokens.
    public init(accessToken: AccessTokenRecord, refreshToken: RefreshTokenRecord?) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    /// The grant they belong to.
    public var grant: GrantRecord { accessToken.grant }
}

public import Primitives

/// The introspection response about a token.
///
/// RFC 7662 §2.2.
public enum IntrospectionResponse: Sendable {
    /// The token is unknown, expired, revoked or not a token at all; the response does not say which.
    case inactive
    /// The token is valid.
    case active(ActiveToken)

    /// The facts about a valid token.
    public struct ActiveToken: Sendable {
        /// The scope.
        public let scope: Scope
        /// The client that it was issued to.
        public let clientID: String
        /// The name of the user who logged in; nil when a client acts for itself.
        public let username: String?
        /// `Bearer` for an access token, nil for a refresh token.
        public let tokenType: String?
        /// The expiry of the token.
        public let expiresAt: Instant
        /// The time of issue.
        public let issuedAt: Instant
        /// The subject.
        public let subject: String
        /// The protected resource that it is for.
        public let audience: String
        /// The authorization server that issued it.
        public let issuer: String
        /// The identifier of the token.
        public let id: String

        /// Collects the facts.
        public init(
            scope: Scope, clientID: String, username: String?, tokenType: String?, expiresAt: Instant,
            issuedAt: Instant, subject: String, audience: String, issuer: String, id: String
        ) {
            self.scope = scope
            self.clientID = clientID
            self.username = username
            self.tokenType = tokenType
            self.expiresAt = expiresAt
            self.issuedAt = issuedAt
            self.subject = subject
            self.audience = audience
            self.issuer = issuer
            self.id = id
        }
    }

    /// The names of the members, as RFC 7662 §2.2 spells them.
    package enum MemberName: String {
        case active, scope, username, exp, iat, sub, aud, iss, jti
        case clientID = "client_id"
        case tokenType = "token_type"
    }

    /// The JSON body; for an inactive token `{"active":false}` and nothing else.
    public var document: Document {
        switch self {
        case .inactive:
            Document([MemberName.active: .boolean(false)])
        case .active(let token):
            Document([
                MemberName.active: .boolean(true),
                .scope: .string(token.scope.description),
                .clientID: .string(token.clientID),
                .username: token.username.map { .string($0) },
                .tokenType: token.tokenType.map { .string($0) },
                .exp: .integer(token.expiresAt.unixSeconds),
                .iat: .integer(token.issuedAt.unixSeconds),
                .sub: .string(token.subject),
                .aud: .string(token.audience),
                .iss: .string(token.issuer),
                .jti: .string(token.id),
            ])
        }
    }
}

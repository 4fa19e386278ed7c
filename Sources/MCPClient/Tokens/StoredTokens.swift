internal import MCPCore
public import OAuth
internal import Primitives

/// The tokens for one issuer, client and resource.
public struct StoredTokens: Sendable {
    /// The key of stored tokens.
    public struct Key: Sendable, Hashable {
        /// The authorization server that issued them.
        public let issuer: String
        /// The client they were issued to.
        public let clientID: String
        /// The protected resource; the tokens are sent to no other.
        public let resource: String
    }

    /// The key.
    public let key: Key
    /// The access token.
    public let accessToken: Secret
    /// The refresh token, if the server issued one.
    public let refreshToken: Secret?
    /// The announced expiry of the access token.
    public let expiresAt: Duration?
    /// The time at which the access token was received.
    let issuedAt: Duration?
    /// The granted scope.
    public let scope: Scope?

    init(key: Key, answer: TokenAnswer, keeping old: StoredTokens? = nil, now: Duration) {
        self.key = key
        accessToken = answer.accessToken
        // A server without rotation sends none, and the old one stays valid (RFC 6749 §6).
        refreshToken = answer.refreshToken ?? old?.refreshToken
        expiresAt = answer.lifetime.map { now + $0 }
        issuedAt = now
        scope = answer.scope
    }

    /// Whether the access token should be renewed before its use: it expires within a minute, or within a tenth of its
    /// lifetime when that is shorter.
    func needsRefresh(at now: Duration) -> Bool {
        guard let expiresAt else { return false }
        let life = issuedAt.map { expiresAt - $0 } ?? .seconds(600)
        return expiresAt - min(.seconds(60), life / 10) <= now
    }

    /// Whether the access token has expired, by the announced lifetime.
    func hasEnded(at now: Duration) -> Bool { expiresAt.map { $0 <= now } ?? false }

    // MARK: - The document

    private enum Member: String {
        case issuer, resource, scope
        case clientID = "client_id"
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresAt = "expires_at"
        case issuedAt = "issued_at"
    }

    var document: JSONObject {
        var document: JSONObject = [
            Member.issuer.rawValue: .string(key.issuer), Member.clientID.rawValue: .string(key.clientID),
            Member.resource.rawValue: .string(key.resource), Member.accessToken.rawValue: .string(accessToken.reveal()),
        ]
        document[Member.refreshToken.rawValue] = refreshToken.map { .string($0.reveal()) }
        document[Member.expiresAt.rawValue] = expiresAt.map { JSONValue(Int($0.unixSeconds)) }
        document[Member.issuedAt.rawValue] = issuedAt.map { JSONValue(Int($0.unixSeconds)) }
        document[Member.scope.rawValue] = scope.map { .string($0.description) }
        return document
    }

    init?(_ document: JSONObject) {
        func text(_ member: Member) -> String? { document[member.rawValue]?.string }
        guard let issuer = text(.issuer), let clientID = text(.clientID), let resource = text(.resource),
            let token = text(.accessToken)
        else { return nil }
        key = Key(issuer: issuer, clientID: clientID, resource: resource)
        accessToken = Secret(token)
        refreshToken = text(.refreshToken)?.unlessEmpty.map(Secret.init)
        expiresAt = document[Member.expiresAt.rawValue]?.number?.intValue.map { .seconds($0) }
        issuedAt = document[Member.issuedAt.rawValue]?.number?.intValue.map { .seconds($0) }
        scope = text(.scope).map { Scope($0.split(separator: " ").map(String.init)) }
    }
}

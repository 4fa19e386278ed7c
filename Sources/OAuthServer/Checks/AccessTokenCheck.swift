internal import Primitives
public import OAuth

/// Establishes that a token gives access to our own protected resource.
///
/// OAuth 2.1 §5.2. It asks the store every time, so a revocation counts at once.
public struct AccessTokenCheck: Sendable {
    let environment: Environment

    /// Returns what the token stands for.
    ///
    /// Whether its scope suffices is the caller's question.
    ///
    /// - Throws: `invalid_token` for a token that is unknown, expired, revoked, of another kind, or meant for another
    ///   resource; whatever the store throws.
    public func check(_ token: Secret) async throws -> AccessTokenRecord {
        guard let record = try await environment.store.accessToken(token.digest) else {
            throw OAuthError(
                .invalidToken, "The access token is unknown or was revoked. Ask for a new one.",
                Explanation(
                    expected: "an access token that this server issued", received: "\(token)",
                    hint: TokenShape(token).hint))
        }
        let now = environment.now()
        guard now < record.expiresAt else {
            throw OAuthError(
                .invalidToken, "The access token has expired. Use the refresh token or ask for a new one.",
                Explanation(
                    expected: "an access token that is at most \(record.expiresAt - record.issuedAt) old",
                    received: "one that was issued \(now - record.issuedAt) ago",
                    hint: "It expired \(now - record.expiresAt) ago."))
        }
        guard environment.resources.isOurs(record.grant.audience) else {
            throw OAuthError(
                .invalidToken, "The access token was issued for another resource.",
                Explanation(
                    expected: "a token for '\(public: record.grant.issuer + environment.configuration.resourcePath)'",
                    received: "a token for '\(public: record.grant.audience)'",
                    hint: "Send resource with the URL of this MCP server when you ask for a token."))
        }
        return record
    }
}

public import OAuth
internal import Primitives

/// Checks that a token gives access to our own protected resource.
///
/// OAuth 2.1 §5.2. It asks the store each time, so a revocation has effect at once.
public struct AccessTokenCheck: Sendable {
    let environment: Environment

    /// Returns the record of a valid token.
    ///
    /// The caller checks the scope.
    ///
    /// - Throws: `invalid_token` for a token that is unknown, expired, revoked, of another kind, or for another
    ///   resource; errors of the store.
    public func check(_ token: Secret) async throws -> AccessTokenRecord {
        guard let record = try await environment.store.accessToken(token.digest) else {
            throw OAuthError(
                .invalidToken, "The access token is unknown or was revoked. Ask for a new one.",
                Explanation(
                    expected: "an access token that is still valid", received: "\(token)",
                    hint: token.digest == Digest(of: environment.configuration.client.id)
                        ? "It is the client_id. Send the access_token of a token response in its place."
                        : TokenShape(token).hint,
                    subject: .accessToken))
        }
        let now = environment.now()
        guard now < record.expiresAt else {
            throw OAuthError(
                .invalidToken, "The access token has expired. Use the refresh token or ask for a new one.",
                Explanation(
                    expected: "an access token that is at most \(record.expiresAt - record.issuedAt) old",
                    received: "one that was issued \(now - record.issuedAt) ago",
                    hint: "It expired \(now - record.expiresAt) ago.", subject: .expiredAccessToken,
                    expiry: record.expiresAt))
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

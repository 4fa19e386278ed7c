public import OAuth
internal import Primitives

/// The endpoint at which a protected resource asks about tokens.
///
/// RFC 7662 §2.
public struct IntrospectionEndpoint: Sendable {
    let environment: Environment

    /// Describes a token; one that is not valid is `inactive`, never an error.
    ///
    /// - Throws: `invalid_request`, `invalid_client`, ``TooManyAttempts``, or errors of the store.
    public func respond(
        to parameters: FormParameters, authorization: [String], peer: String
    ) async throws -> IntrospectionResponse {
        try parameters.requireNoRepetition(of: PresentedToken.singleNames)
        _ = try ClientAuthentication(environment: environment, methods: \.introspectionMethods)
            .authenticate(parameters, authorization: authorization, peer: peer)
        let digest = try PresentedToken(parameters).token.digest

        let now = environment.now()
        if let token = try await environment.store.accessToken(digest), now < token.expiresAt {
            return active(
                digest, token.grant, scope: token.scope, tokenType: TokenResponse.tokenType, issuedAt: token.issuedAt,
                expiresAt: token.expiresAt)
        }
        if let token = try await environment.store.refreshToken(digest), !token.isSpent, now < token.expiresAt {
            return active(
                digest, token.grant, scope: token.grant.scope, tokenType: nil, issuedAt: token.issuedAt,
                expiresAt: token.expiresAt)
        }
        return .inactive
    }

    private func active(
        _ digest: Digest, _ grant: GrantRecord, scope: Scope, tokenType: String?, issuedAt: Instant, expiresAt: Instant
    ) -> IntrospectionResponse {
        .active(
            IntrospectionResponse.ActiveToken(
                scope: scope, clientID: grant.clientID, username: grant.userName, tokenType: tokenType,
                expiresAt: expiresAt, issuedAt: issuedAt, subject: grant.subject, audience: grant.audience,
                issuer: grant.issuer, id: String(digest.hex.prefix(32))))
    }
}

public import OAuth

/// The endpoint at which a client exchanges a grant for tokens.
///
/// RFC 6749 §3.2.
public struct TokenEndpoint: Sendable {
    let environment: Environment

    /// Answers a token request.
    ///
    /// The client is authenticated before the grant is examined (OAuth 2.1 §3.2.1), so that an unauthenticated client
    /// learns nothing about codes and tokens and spends none.
    ///
    /// - Parameters:
    ///   - parameters: The form body.
    ///   - authorization: All values of the `Authorization` header.
    ///   - origin: The spelling of our origin that the request was sent to.
    ///   - peer: The address of the client.
    /// - Throws: `OAuthError`, ``TooManyAttempts``, or errors of the store.
    public func respond(
        to parameters: FormParameters, authorization: [String], origin: String, peer: String
    ) async throws -> TokenResponse {
        try parameters.requireNoRepetition(of: TokenRequest.singleNames)
        _ = try parameters.required(.grantType)
        let client = try ClientAuthentication(environment: environment, methods: \.methods)
            .authenticate(parameters, authorization: authorization, peer: peer)
        let request = try TokenRequest(parameters)

        switch request.grant {
        case .authorizationCode(let code, let verifier, let redirectURI):
            return try await AuthorizationCodeGrant(environment: environment, client: client)
                .redeem(code, verifier: verifier, redirectURI: redirectURI, resources: request.resources)
        case .refreshToken(let token, let scope):
            return try await RefreshTokenGrant(environment: environment, client: client)
                .refresh(token, scope: scope, resources: request.resources)
        case .clientCredentials(let scope):
            return try await ClientCredentialsGrant(environment: environment, client: client)
                .issue(scope: scope, resources: request.resources, origin: origin)
        }
    }
}

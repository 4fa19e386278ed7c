internal import OAuth

/// One authorization request, and the values that its answer is checked against.
///
/// It is complete before the browser opens and never changes, so two logins cannot mix (MCP 2026-07-28,
/// basic/authorization, "Authorization Response Validation").
public struct AuthorizationAttempt: Sendable {
    /// The authorization server, from its validated metadata.
    let issuer: IssuerMetadata
    /// The client that asks.
    let client: ClientIdentity
    /// The redirect URI of the answer.
    public let redirectURI: String
    /// The resource that the token is for, or nil to omit it; the token endpoint gets the same.
    let resource: String?
    /// The requested scope; nil leaves the choice to the server.
    let scope: Scope?
    let state: Secret
    let verifier: CodeVerifier

    init(
        issuer: IssuerMetadata, client: ClientIdentity, redirectURI: String, resource: String?, scope: Scope?,
        randomBytes: (Int) -> [UInt8] = Random.bytes
    ) {
        self.issuer = issuer
        self.client = client
        self.redirectURI = redirectURI
        self.resource = resource
        self.scope = scope
        state = .random(from: randomBytes)
        verifier = .random(from: randomBytes)
    }

    /// The URL for the browser.
    public var url: String {
        var parameters = FormParameters()
        parameters.append(.responseType, ParameterName.code.rawValue)
        parameters.append(.clientID, client.id)
        parameters.append(.redirectURI, redirectURI)
        parameters.append(.codeChallenge, CodeChallenge(of: verifier).value)
        parameters.append(.codeChallengeMethod, CodeChallenge.method)
        parameters.append(.state, state.reveal())
        parameters.append(.resource, resource)
        parameters.append(.scope, scope?.description)
        let endpoint = issuer.authorizationEndpoint
        return endpoint + (endpoint.contains("?") ? "&" : "?") + parameters.encoded
    }
}

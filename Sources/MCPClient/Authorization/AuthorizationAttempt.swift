package import OAuth

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
    /// Whether it asks for more scope than the login before.
    package let isStepUp: Bool
    package let state: Secret
    let verifier: CodeVerifier

    init(
        issuer: IssuerMetadata, client: ClientIdentity, redirectURI: String, resource: String?, scope: Scope?,
        isStepUp: Bool = false, state: Secret, verifier: CodeVerifier
    ) {
        self.issuer = issuer
        self.client = client
        self.redirectURI = redirectURI
        self.resource = resource
        self.scope = scope
        self.isStepUp = isStepUp
        self.state = state
        self.verifier = verifier
    }

    init(
        issuer: IssuerMetadata, client: ClientIdentity, redirectURI: String, resource: String?, scope: Scope?,
        isStepUp: Bool = false, randomBytes: (Int) -> [UInt8] = Random.bytes
    ) {
        self.init(
            issuer: issuer, client: client, redirectURI: redirectURI, resource: resource, scope: scope,
            isStepUp: isStepUp, state: .random(from: randomBytes), verifier: .random(from: randomBytes))
    }

    /// Whether another attempt asks the same of the same server, so that either URL will do.
    package func asksTheSame(as other: AuthorizationAttempt) -> Bool {
        issuer.issuer == other.issuer.issuer && client == other.client && redirectURI == other.redirectURI
            && resource == other.resource && scope == other.scope && isStepUp == other.isStepUp
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

public import OAuth
public import Primitives

/// The endpoint at which a user authorizes a client.
///
/// RFC 6749 §3.1 and §4.1, OAuth 2.1 §4.1.1. It stores nothing before the user has approved: the login form carries the
/// request, which is validated again.
public struct AuthorizationEndpoint: Sendable {
    let environment: Environment

    /// Validates an authorization request.
    ///
    /// Client and redirect URI come first: until both are trusted the answer must not be a redirect, and this throws.
    /// Other errors go to the client by redirect.
    ///
    /// - Parameters:
    ///   - parameters: The query or the form; unknown names are ignored.
    ///   - origin: The spelling of our origin that the request was sent to. It becomes the issuer.
    public func validate(
        _ parameters: FormParameters, origin: String
    ) throws(UntrustedAuthorizationRequest) -> AuthorizationDecision {
        let redirectURI = try trustedRedirectURI(parameters)
        do throws(OAuthError) {
            let request = try AuthorizationRequest(parameters)
            return .accepted(
                ValidAuthorizationRequest(
                    clientID: request.clientID,
                    redirectURI: redirectURI,
                    state: request.state,
                    scope: try environment.configuration.grantedScope(for: request.scope),
                    resource: try environment.resources.audience(of: request.resources, origin: origin),
                    challenge: request.challenge,
                    issuer: origin,
                    parameters: parameters.keeping(AuthorizationRequest.parameterNames)))
        } catch {
            let states = parameters.values(.state)
            let response = AuthorizationResponse(
                redirectURI: redirectURI, outcome: .error(error), state: states.count == 1 ? states.first : nil,
                issuer: origin)
            return .redirect(to: response.location, error)
        }
    }

    private func trustedRedirectURI(_ parameters: FormParameters) throws(UntrustedAuthorizationRequest) -> String {
        let configuration = environment.configuration
        let clientIDs = parameters.values(.clientID)
        let redirectURIs = parameters.values(.redirectURI)
        func untrusted(
            _ reason: String, _ explanation: Explanation, isUnregistered: Bool = false
        ) -> UntrustedAuthorizationRequest {
            UntrustedAuthorizationRequest(
                reason: reason, isUnregistered: isUnregistered,
                // A client that mixes up id and secret must not show the secret on the page.
                clientID: clientIDs.first.flatMap { Digest(of: $0) == configuration.client.secretDigest ? nil : $0 },
                redirectURI: redirectURIs.first,
                missing: AuthorizationRequest.requiredNames.filter { parameters.values($0).isEmpty },
                explanation: explanation)
        }
        for (name, values) in [(ParameterName.clientID, clientIDs), (.redirectURI, redirectURIs)] where values.count > 1
        {
            throw untrusted(
                "\(name.rawValue) is sent more than once.",
                Explanation(expected: "\(name) once", received: "\(name) \(values.count) times"))
        }
        guard let clientID = clientIDs.first else {
            throw untrusted(
                parameters.isValueless(.clientID) ? "client_id has no value." : "client_id is missing.",
                Explanation(
                    expected: "client_id once", received: parameters.received, hint: parameters.trace(of: .clientID)))
        }
        guard let client = configuration.client(named: clientID) else {
            throw untrusted(
                "This client_id is not registered here, and clients cannot register themselves.",
                ClientHints(configuration: configuration).explanation(ofID: clientID),
                isUnregistered: true)
        }
        let match = RedirectURIMatch(client: client, names: configuration.names)
        guard let redirectURI = match.resolve(redirectURIs.first) else {
            var explanation = match.explanation(of: redirectURIs.first)
            if redirectURIs.isEmpty {
                explanation.hint = parameters.trace(of: .redirectURI)
                if parameters.isValueless(.redirectURI) { explanation.received = "redirect_uri without a value" }
            }
            throw untrusted(
                redirectURIs.isEmpty
                    ? "redirect_uri \(parameters.isValueless(.redirectURI) ? "has no value" : "is missing")."
                    : "This redirect_uri is not one that the client may be answered at.",
                explanation, isUnregistered: !redirectURIs.isEmpty)
        }
        return redirectURI
    }

    /// Returns the user with this name and password, or nil.
    ///
    /// - Throws: ``TooManyAttempts`` after too many failures for this name from this peer.
    public func authenticate(name: String, password: Secret, peer: String) throws(TooManyAttempts) -> User? {
        try PasswordCheck(environment: environment).check(name: name, password: password, peer: peer)
    }

    /// Explains why ``authenticate(name:password:peer:)`` returned no user.
    public func explanation(name: String, password: Secret) -> Explanation {
        PasswordCheck(environment: environment).explanation(name: name, password: password)
    }

    /// Records a user's approval, and returns the redirect to the client with the code.
    ///
    /// Each call makes a new grant and code.
    ///
    /// - Throws: errors of the store; ``failure(_:_:)`` turns them into an answer.
    public func approve(_ request: ValidAuthorizationRequest, by user: User) async throws -> String {
        let now = environment.now()
        let configuration = environment.configuration
        let code = Secret.random(from: environment.randomBytes)
        let grant = GrantRecord(
            id: GrantID(from: environment.randomBytes), clientID: request.clientID, subject: user.name,
            userName: user.name,
            scope: request.scope, audience: request.resource, issuer: request.issuer,
            expiresAt: now + configuration.familyLifetime)
        try await environment.store.insert(
            CodeRecord(
                digest: code.digest, grant: grant, redirectURI: request.redirectURI, challenge: request.challenge,
                expiresAt: now + configuration.codeLifetime))
        return answer(request, .code(code))
    }

    /// The error for the client when the user denies the request.
    public static let denial = OAuthError(.accessDenied, "The user denied the request.")

    /// Returns the redirect to the client when the user denies, or when a valid request cannot be served.
    ///
    /// RFC 6749 §4.1.2.1: ``denial``, `server_error` or `temporarily_unavailable`, by redirect.
    public func failure(_ request: ValidAuthorizationRequest, _ error: OAuthError) -> String {
        answer(request, .error(error))
    }

    private func answer(_ request: ValidAuthorizationRequest, _ outcome: AuthorizationResponse.Outcome) -> String {
        AuthorizationResponse(
            redirectURI: request.redirectURI, outcome: outcome, state: request.state, issuer: request.issuer
        ).location
    }
}

internal import Primitives
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import OAuthServer

/// The errors of the authorization server and of the guard of the protected resource.
extension Problem {
    /// An error of an endpoint for clients: `Pragma` is what RFC 6749 §5.1 still asks for.
    init(oauth error: OAuthError, _ request: HTTPRequest) {
        self.init(Self.status(of: error.code), error)
        if request.method == .post, request.body.isEmpty, let query = try? request.queryParameters(), !query.isEmpty {
            explanation?.hint = "The parameters are in the URL. Send them in the body, as a form."
        }
        fields.append(("Pragma", "no-cache"))
        switch error.code {
        case .invalidClient: fields.append((Self.challenge, BasicChallenge(realm: Self.realm).headerValue))
        case .temporarilyUnavailable: fields.append((Self.retryAfter, "1"))
        default: break
        }
    }

    /// A request without a good token; RFC 6750 §3.
    init(_ refusal: BearerGuard.Refusal, origin: String) {
        if let error = refusal.error {
            self.init(Self.status(of: error.code), error)
        } else {
            self.init(
                .unauthorized, "unauthorized", "Send an access token. The WWW-Authenticate header says how to get one.",
                refusal.explanation)
        }
        bearer = BearerChallenge(
            error: refusal.error, scope: refusal.scope, resourceMetadata: origin + Path.protectedResourceMetadata)
    }

    /// An authorization request for which nothing may be redirected.
    init(_ error: UntrustedAuthorizationRequest) {
        self.init(.badRequest, OAuthError(.invalidRequest, error.reason, error.explanation))
        let details = [(ParameterName.clientID, error.clientID), (.redirectURI, error.redirectURI)]
        form = .page(
            title: "This authorization request is wrong",
            advice: "What this server knows is set with --client-id, --redirect-uris, --redirect-preset and "
                + "--redirect-match.",
            details: details.compactMap { name, value in value.map { (name.rawValue, $0) } })
    }

    /// Parameters of a page that cannot be read.
    init(_ error: UnreadableRequest) {
        self.init(.badRequest, error.cause)
        form = .page(title: "This request cannot be read")
    }

    /// A login that came to nothing.
    init(_ refusal: LoginRefusal) {
        switch refusal {
        case .wrongPassword(let page, let explanation):
            self.init(
                .forbidden,
                OAuthError(.accessDenied, "The user name or the password is wrong.", explanation))
            form = .login(page)
        case .tooManyAttempts(let seconds, let page):
            self.init(
                .tooManyRequests,
                OAuthError(.accessDenied, "Too many wrong passwords. Wait \(seconds) seconds, then try again."))
            form = .login(page)
            fields.append((Self.retryAfter, String(seconds)))
        case .crossSite:
            self.init(
                .forbidden,
                OAuthError(
                    .accessDenied, "Log in on this server's own page; open the client's link again.",
                    Explanation(
                        expected: "a form posted by this server's own page, or by no page",
                        received: "a form posted by a page of another origin")))
            form = .page(title: "This form came from another site")
        }
    }

    /// Dynamic registration; what to do instead is no secret.
    init(_ refusal: RegistrationRefusal, origin: String) {
        let error = OAuthError(
            .accessDenied, "Dynamic client registration is disabled; use the pre-registered client.")
        self.init(Self.status(of: error.code), error)
        members = [
            ("client_id", .string(refusal.clientID)),
            (
                "hint",
                .string(
                    "Configure your client with this client_id and the client secret that the server was started with; "
                        + "\(origin)/ shows the URLs.")
            ),
        ]
    }

    /// Too many wrong client secrets.
    init(_ refusal: TooManyAttempts) {
        self.init(
            .tooManyRequests,
            OAuthError(
                .invalidClient,
                "Too many wrong secrets were sent. Wait \(refusal.retryAfterSeconds) seconds, then try again.",
                Explanation(
                    expected: "another attempt in \(refusal.retryAfterSeconds) s", received: "one attempt too many",
                    hint: "Do not repeat a token request that was refused with invalid_client: ask for credentials.")))
        fields = [("Pragma", "no-cache"), (Self.retryAfter, String(refusal.retryAfterSeconds))]
    }

    /// RFC 6749 §5.2: 400, but 401 for a client that is not authenticated; RFC 6750 §3.1 for the resource's errors.
    static func status(of code: OAuthError.Code) -> HTTPStatus {
        switch code {
        case .invalidClient, .invalidToken: .unauthorized
        case .accessDenied, .insufficientScope: .forbidden
        case .serverError: .internalServerError
        case .temporarilyUnavailable: .serviceUnavailable
        case .invalidRequest, .invalidGrant, .unauthorizedClient, .unsupportedGrantType, .unsupportedResponseType,
            .invalidScope, .invalidTarget:
            .badRequest
        }
    }

    static let challenge = "WWW-Authenticate"
    static let retryAfter = "Retry-After"
    private static let realm = "static-auth-server"
}

internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

extension OAuthError: ProblemConvertible {
    /// An error of an endpoint for clients; RFC 6749 §5.1 still demands `Pragma`.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        var problem = Problem(Problem.status(of: code), self, fields: [("Pragma", "no-cache")])
        if explanation?.hint == nil, explanation?.received == FormParameters().received, request.method == .post,
            request.body.allSatisfy({ " \t\r\n".utf8.contains($0) })
        {
            problem.explanation?.hint = "The body is empty."
        }
        switch code {
        case .invalidClient:
            problem.fields.append((Problem.challenge, BasicChallenge(realm: Product.name).headerValue))
        case .temporarilyUnavailable: problem.fields.append((Problem.retryAfter, "1"))
        default: break
        }
        return problem
    }
}

extension UntrustedAuthorizationRequest: ProblemConvertible {
    /// A page for the person, because a redirect is forbidden.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        let details = [(ParameterName.clientID, clientID), (.redirectURI, redirectURI)]
        return Problem(
            .badRequest, OAuthError(.invalidRequest, reason, explanation),
            form: .page(
                title: "This authorization request is wrong",
                advice: isUnregistered
                    ? "What this server knows is set with \(wording[.clientID]), \(wording[.redirectURIs]), "
                        + "\(wording[.redirectPreset]) and \(wording[.redirectMatch])." : "",
                details: details.compactMap { name, value in value.map { (name.rawValue, $0) } }))
    }
}

extension TooManyAttempts: ProblemConvertible {
    /// Too many wrong client ids or secrets.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        Problem(
            .tooManyRequests,
            OAuthError(
                .invalidClient,
                "Too many requests had a wrong client id or secret. Wait \(retryAfterSeconds) seconds, then try again.",
                Explanation(
                    expected: "another attempt in \(retryAfterSeconds) s", received: "one attempt too many",
                    hint: "Do not repeat a token request that was refused with invalid_client: ask for credentials.")),
            fields: [("Pragma", "no-cache"), (Problem.retryAfter, String(retryAfterSeconds))])
    }
}

extension Problem {
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
}

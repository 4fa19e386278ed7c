internal import HTTPEdge
internal import MCP
internal import OAuth
internal import OAuthServer

/// The only place where an error becomes a status and header fields.
struct ErrorResponses: Sendable {
    let log: Log

    /// What becomes of an error that a route or a guard threw.
    ///
    /// - Parameter debugURL: where the journal will have the request; nil where there is no debugging.
    func answer(to error: any Error, path: String, debugURL: String?) -> Answer {
        Answer(response: response(to: error, path: path), explanation: (error as? OAuthError)?.explanation)
    }

    private func response(to error: any Error, path: String) -> HTTPResponse {
        switch error {
        case let error as DebugGuard.Refusal:
            return Self.refused(error)
        case let error as DebugDocument.Problem:
            return Self.refused(error)
        case let error as OAuthError:
            log(.debug, "refused", ["path": path, "error": error.code.rawValue, "why": error.description])
            return oauth(error)
        case let error as TooManyAttempts:
            let refusal = OAuthError(
                .invalidClient,
                "Too many wrong secrets came from this address. Wait \(error.retryAfterSeconds) seconds, then try again."
            )
            var response = Responses.credentials(.tooManyRequests, refusal.document)
            response.fields.append("Retry-After", String(error.retryAfterSeconds))
            return response
        default:
            return oauth(failure(error, path: path))
        }
    }

    /// What a failure that is not the client's fault is called towards it; its cause goes only to the log.
    func failure(_ error: any Error, path: String) -> OAuthError {
        if let error = error as? StoreUnavailable {
            log(.error, "the store does not answer", ["path": path, "cause": error.reason])
            return OAuthError(.temporarilyUnavailable, "The server cannot reach its memory now. Try again.")
        }
        let reference = String(UInt32.random(in: .min ... .max), radix: 36)
        log(.error, "unexpected failure", ["path": path, "reference": reference, "cause": "\(type(of: error))"])
        return OAuthError(.serverError, "The server failed. Its log says more under the reference \(reference).")
    }

    private func oauth(_ error: OAuthError) -> HTTPResponse {
        var response = Responses.credentials(Self.status(of: error.code), error.document)
        switch error.code {
        case .invalidClient: response.fields.append("WWW-Authenticate", BasicChallenge(realm: Self.realm).headerValue)
        case .temporarilyUnavailable: response.fields.append("Retry-After", "1")
        default: break
        }
        return response
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

    // MARK: - What no route answers

    /// A request that was not meant for us, or comes from a foreign page.
    static func refused(_ refusal: HostAndOriginGuard.Refusal) -> HTTPResponse {
        switch refusal {
        case .host:
            plain(
                .forbidden, "invalid_host",
                "This Host is not served. Use localhost, 127.0.0.1 or [::1], or start the server with --public-url.")
        case .origin:
            plain(
                .forbidden, "invalid_origin",
                "Pages of this Origin may not use this server. Allowed are pages on this machine and of --public-url.")
        }
    }

    /// A request for the debug features by someone they are not for.
    static func refused(_ refusal: DebugGuard.Refusal) -> HTTPResponse {
        switch refusal {
        case .elsewhere:
            return plain(
                .forbidden, "debug_is_local",
                "Debugging is for programs on the server's own machine that ask for localhost without a proxy. From "
                    + "elsewhere, start the server with --debug-token.")
        case .token:
            var response = plain(
                .unauthorized, "debug_token_needed", "Send the value of --debug-token as bearer token.")
            response.fields.append("WWW-Authenticate", #"Bearer realm="debug""#)
            return response
        case .foreignPage:
            return plain(.forbidden, "invalid_origin", "Other sites' pages may not use the debug features.")
        }
    }

    /// A document for the debug features that does not make sense.
    static func refused(_ problem: DebugDocument.Problem) -> HTTPResponse {
        let subject = problem.member.isEmpty ? "The body" : problem.member
        return Responses.json(
            .badRequest,
            [
                "error": "invalid_document",
                "error_description": .string("\(subject): expected \(problem.expected); received \(problem.received)."),
                "member": .string(problem.member), "expected": .string(problem.expected),
                "received": .string(problem.received),
            ])
    }

    /// A path that does not exist.
    static let notFound = plain(.notFound, "not_found", "There is nothing at this path. GET / lists what there is.")

    /// A path that exists, for other methods.
    static func methodNotAllowed(_ allowed: [HTTPMethod]) -> HTTPResponse {
        let methods = allowed.map(\.rawValue).joined(separator: ", ")
        var response = plain(.methodNotAllowed, "method_not_allowed", "This path takes \(methods).")
        response.fields.append("Allow", methods)
        return response
    }

    /// Too many tool calls of one subject.
    static func tooManyCalls(retryAfter wait: Duration) -> HTTPResponse {
        let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
        var response = plain(
            .tooManyRequests, "too_many_requests", "The limit of tool calls a minute is reached. Wait \(seconds) s.")
        response.fields.append("Retry-After", String(seconds))
        return response
    }

    /// An error that no specification names.
    static func plain(_ status: HTTPStatus, _ error: String, _ description: String) -> HTTPResponse {
        Responses.json(status, ["error": .string(error), "error_description": .string(description)])
    }

    private static let realm = "static-auth-server"
}

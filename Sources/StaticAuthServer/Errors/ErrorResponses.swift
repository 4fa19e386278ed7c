internal import HTTPEdge
internal import MCP
internal import OAuth
internal import OAuthServer

/// The only place where an error becomes a status and header fields.
struct ErrorResponses: Sendable {
    let log: Log
    /// The origin that counts for a request that names none of ours.
    let baseURL: String
    let toolNames: [String]
    let secrets: KnownSecrets
    /// Nil where there is no debugging.
    let debug: DebugFeatures?

    /// What becomes of an error that a route or a guard threw.
    ///
    /// What was compared goes to the journal and to the client where debugging is on, and otherwise to the log only.
    ///
    /// - Parameters:
    ///   - origin: our origin as the client spelt it; nil when it named another host.
    ///   - entry: the number of the request's entry in the journal.
    func answer(to error: any Error, _ request: HTTPRequest, origin: Origin?, entry: Int?) -> Answer {
        let here = origin?.text ?? baseURL
        var problem = problem(of: error, request, origin: here)
        if let debug {
            debug.catchUp()
            problem.explanation = Hindsight(flows: debug.flows, now: debug.now(), startedAt: debug.startedAt)
                .explanation(of: problem, request)
        }
        problem.explanation = problem.explanation.map(secrets.scanned)
        write(problem, request)
        var disclosure: Disclosure?
        if let debug, let entry {
            disclosure = Disclosure(
                url: here + Path.debugEntry(entry),
                explanation: debug.access.mayKnowReasons(request) ? problem.explanation : nil)
        }
        return Answer(response: problem.response(to: request, disclosure), explanation: problem.explanation)
    }

    private func write(_ problem: Problem, _ request: HTTPRequest) {
        let explanation = problem.explanation
        log(
            debug == nil ? .info : .debug, "refused",
            [
                "path": secrets.scanned(("\(public: request.path)" as SafeText).text), "error": problem.error,
                "why": problem.description, "expected": explanation?.expected?.text ?? "",
                "received": explanation?.received?.text ?? "", "hint": explanation?.hint?.text ?? "",
            ])
    }

    private func problem(of error: any Error, _ request: HTTPRequest, origin: String) -> Problem {
        switch error {
        case let error as OAuthError: Problem(oauth: error, request)
        case let error as BearerGuard.Refusal: Problem(error, origin: origin)
        case let error as MessageRefusal: Problem(error, request, toolNames)
        case let error as RequestRefusal: Problem(error, request)
        case let error as ErrorRedirect: problem(of: error, request)
        case let error as UntrustedAuthorizationRequest: Problem(error)
        case let error as UnreadableRequest: Problem(error)
        case let error as LoginRefusal: Problem(error)
        case let error as RegistrationRefusal: Problem(error, origin: origin)
        case let error as TooManyAttempts: Problem(error)
        case let error as HostAndOriginGuard.Refusal: Problem(error, request)
        case let error as DebugGuard.Refusal: Problem(error)
        case let error as DebugDocument.Problem: Problem(error)
        default: Problem(oauth: failure(error, path: request.path), request)
        }
    }

    private func problem(of redirect: ErrorRedirect, _ request: HTTPRequest) -> Problem {
        let error = redirect.cause as? OAuthError ?? failure(redirect.cause, path: request.path)
        var problem = Problem(redirect.status ?? .ok, error)
        let location = redirect.location(error)
        problem.form = redirect.status == nil ? .redirectDocument(to: location) : .redirect(to: location)
        return problem
    }

    /// An error of the debug features, which no specification names.
    static func plain(_ status: HTTPStatus, _ error: String, _ description: String) -> HTTPResponse {
        Responses.json(status, ["error": .string(error), "error_description": .string(description)])
    }

    /// What a failure that is not the client's fault is called towards it; its cause goes only to the log.
    private func failure(_ error: any Error, path: String) -> OAuthError {
        if let error = error as? StoreUnavailable {
            log(.error, "the store does not answer", ["path": path, "cause": error.reason])
            return OAuthError(.temporarilyUnavailable, "The server cannot reach its memory now. Try again.")
        }
        let reference = String(UInt32.random(in: .min ... .max), radix: 36)
        log(.error, "unexpected failure", ["path": path, "reference": reference, "cause": "\(type(of: error))"])
        return OAuthError(.serverError, "The server failed. Its log says more under the reference \(reference).")
    }
}

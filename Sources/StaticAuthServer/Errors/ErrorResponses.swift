internal import FlowRecorder
internal import HTTPEdge
internal import Logging
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// Answers errors: asks each for its `Problem`, adds what debugging shows, and logs it.
struct ErrorResponses: Sendable {
    let logger: Logger
    /// The origin for a request that names none of ours.
    let baseURL: String
    let wording: Wording
    let secrets: SecretScanner
    /// Nil with debugging off.
    let debugging: (any ErrorDebugging)?

    /// The answer to an error that a route or a guard threw.
    ///
    /// Its explanation goes to the journal and, where debugging is on, to the client; otherwise to the log only.
    ///
    /// - Parameters:
    ///   - origin: our origin in the client's spelling; nil when it named another host.
    ///   - entry: the number of the request's entry in the journal.
    func answer(to error: any Error, _ request: HTTPRequest, origin: Origin?, entry: Int?) -> Answer {
        let here = origin?.text ?? baseURL
        var problem = problem(of: error, request, origin: here)
        if let debugging { problem.explanation = debugging.explanation(of: problem, request) }
        problem.explanation = problem.explanation.map(secrets.scanned)
        problem.description = secrets.scanned(problem.description)
        problem.members = problem.members.map { name, value in
            (name, value.string.map { .string(secrets.scanned($0)) } ?? value)
        }
        write(problem.error, problem.description, problem.explanation, request)
        let disclosure = debugging.flatMap { $0.details(of: problem.explanation, request, origin, here, entry) }
        return Answer(
            response: problem.response(to: request, disclosure), explanation: problem.explanation,
            refusal: Answer.Refusal(problem.error, problem.description))
    }

    /// The answer to input that is not a request; it has no entry in the journal.
    func response(to refusal: Refusal, peer: String) -> HTTPResponse {
        var problem = Problem(refusal)
        problem.explanation = problem.explanation.map(secrets.scanned)
        logger.info(
            "refused",
            metadata: [
                "peer": .string(peer), "error": .string(problem.error), "why": .string(problem.description),
                "expected": .string(problem.explanation?.expected?.text ?? ""),
                "received": .string(problem.explanation?.received?.text ?? ""),
            ])
        let mayKnow = debugging?.mayKnowReasons(peer: peer) ?? false
        return problem.document(mayKnow ? ErrorDetails(url: nil, explanation: problem.explanation) : nil)
    }

    /// Writes an error response within an answer with status 200: in a batch or on an event stream.
    func part(
        _ message: RefusedMessage, _ request: HTTPRequest, origin: Origin, entry: Int?
    ) -> (bytes: [UInt8], explanation: Explanation?) {
        let explanation = message.explanation.map(secrets.scanned)
        write("error in a message", "An answer to one message tells an error.", explanation, request)
        let details = debugging.flatMap { $0.details(of: explanation, request, origin, origin.text, entry) }
        return (message.bytes(details), explanation)
    }

    /// The same for an event, which is recorded with the request of its stream.
    func event(_ message: RefusedMessage, _ request: HTTPRequest, origin: Origin, entry: Int?) -> [UInt8] {
        let (bytes, explanation) = part(message, request, origin: origin, entry: entry)
        if let entry {
            let isOfTool = if case .failedCall = message { true } else { false }
            debugging?.recordStreamError(entry: entry, explanation, isOfTool: isOfTool)
        }
        return bytes
    }

    private func write(_ error: String, _ description: String, _ explanation: Explanation?, _ request: HTTPRequest) {
        logger.log(
            level: debugging == nil ? .info : .debug, "refused",
            metadata: [
                "path": .string(secrets.scanned(path: request.path)), "error": .string(error),
                "why": .string(description), "expected": .string(explanation?.expected?.text ?? ""),
                "received": .string(explanation?.received?.text ?? ""),
                "hint": .string(explanation?.hint?.text ?? ""),
                LogKey.mood: .string(LoggedRequest.Mood.detail.rawValue),
            ])
    }

    /// The problem that an error converts to; any other error is a failure of the server.
    private func problem(of error: any Error, _ request: HTTPRequest, origin: String) -> Problem {
        switch error {
        case let error as ErrorRedirect: problem(of: error, request)
        case let error as any ProblemConvertible: error.problem(request, origin: origin, wording)
        default: failure(error, request).problem(request, origin: origin, wording)
        }
    }

    private func problem(of redirect: ErrorRedirect, _ request: HTTPRequest) -> Problem {
        let error = redirect.cause as? OAuthError ?? failure(redirect.cause, request)
        var problem = Problem(redirect.status ?? .ok, error)
        let location = redirect.location(error)
        problem.form = redirect.status == nil ? .redirectDocument(to: location) : .redirect(to: location)
        return problem
    }

    /// The error that the client gets for a failure of the server; the cause goes only to the log.
    private func failure(_ error: any Error, _ request: HTTPRequest) -> OAuthError {
        let path = secrets.scanned(path: request.path)
        if let error = error as? StoreUnavailable {
            logger.error(
                "the store does not answer", metadata: ["path": .string(path), "cause": .string(error.reason)])
            return OAuthError(.temporarilyUnavailable, "The server cannot reach its store now. Try again.")
        }
        let reference = String(UInt32.random(in: .min ... .max), radix: 36)
        logger.error(
            "unexpected failure",
            metadata: [
                "path": .string(path), "reference": .string(reference), "cause": .string(error.loggedCause),
            ])
        return OAuthError(.serverError, "The server failed. Its log says more under the reference \(reference).")
    }
}

internal import Primitives
internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// The only place where an error becomes a status and header fields.
struct ErrorResponses: Sendable {
    let log: Log
    /// The origin that counts for a request that names none of ours.
    let baseURL: String
    let toolNames: [String]
    let secrets: SecretScanner
    /// Nil where there is no debugging.
    let debugging: (any ErrorDebugging)?

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
        if let debugging { problem.explanation = debugging.explanation(of: problem, request) }
        problem.explanation = problem.explanation.map(secrets.scanned)
        problem.description = secrets.scanned(problem.description)
        problem.members = problem.members.map { name, value in
            (name, value.string.map { .string(secrets.scanned($0)) } ?? value)
        }
        write(problem.error, problem.description, problem.explanation, request)
        let disclosure = debugging.flatMap { $0.details(of: problem.explanation, request, origin, here, entry) }
        return Answer(response: problem.response(to: request, disclosure), explanation: problem.explanation)
    }

    /// What becomes of something that is no request; it has no entry in the journal.
    func response(to refusal: Refusal, peer: String) -> HTTPResponse {
        var problem = Problem(refusal)
        problem.explanation = problem.explanation.map(secrets.scanned)
        log(
            .info, "refused",
            [
                "peer": peer, "error": problem.error, "why": problem.description,
                "expected": problem.explanation?.expected?.text ?? "",
                "received": problem.explanation?.received?.text ?? "",
            ])
        let mayKnow = debugging?.mayKnowReasons(peer: peer) ?? false
        return problem.document(mayKnow ? ErrorDetails(url: nil, explanation: problem.explanation) : nil)
    }

    /// What becomes of an answer of the MCP server that is no refusal as a whole.
    ///
    /// A batch, an event stream and a result may still hold errors; each is explained where it stands.
    func answer(of response: consuming HTTPResponse, _ request: HTTPRequest, origin: Origin, entry: Int?) -> Answer {
        var answer = Answer(response: response)
        switch answer.response.body {
        case .bytes(let bytes):
            guard var errors = MessageErrors(bytes) else {
                answer.isOfMessage =
                    bytes.first == UInt8(ascii: "{") && request.query == nil
                    && request.fields.contains(MCPField.protocolVersion)
                    && !answer.response.fields.contains(MCPField.session)
                break
            }
            let diagnosis = MCPDiagnosis(request, toolNames: toolNames)
            answer.explanation = errors.explain { explain($0, diagnosis, request, origin, entry) }
            answer.response.body = .bytes(errors.bytes)
        case .events(let stream):
            let diagnosis = OnceDiagnosis(request, toolNames: toolNames)
            let changed = stream.changing { event in
                guard var errors = MessageErrors(event: event) else { return event }
                let explanation = errors.explain { explain($0, diagnosis.value, request, origin, entry) }
                if let entry {
                    debugging?.recordStreamError(entry: entry, explanation, isOfTool: errors.isOfTool)
                }
                return errors.bytes
            }
            answer.response.body = .events(changed)
        case .torn, .silence: break
        }
        return answer
    }

    /// What is known of an error inside an answer, and the members that tell it to the client.
    private func explain(
        _ message: JSONObject, _ diagnosis: MCPDiagnosis, _ request: HTTPRequest, _ origin: Origin, _ entry: Int?
    ) -> (MessageErrors.Members, Explanation?) {
        let explanation = diagnosis.explanation(within: message).map(secrets.scanned)
        write("error in a message", "An answer to one message tells an error.", explanation, request)
        let disclosure = debugging.flatMap { $0.details(of: explanation, request, origin, origin.text, entry) }
        return (disclosure?.data ?? [], explanation)
    }

    private func write(_ error: String, _ description: String, _ explanation: Explanation?, _ request: HTTPRequest) {
        log(
            debugging == nil ? .info : .debug, "refused",
            [
                "path": secrets.scanned(path: request.path), "error": error, "why": description,
                "expected": explanation?.expected?.text ?? "", "received": explanation?.received?.text ?? "",
                "hint": explanation?.hint?.text ?? "",
            ])
    }

    /// The problem that an error converts to; any other error is a failure of the server.
    private func problem(of error: any Error, _ request: HTTPRequest, origin: String) -> Problem {
        switch error {
        case let error as MessageRefusal: Problem(error, request, toolNames)
        case let error as ErrorRedirect: problem(of: error, request)
        case let error as any ProblemConvertible: error.problem(request, origin: origin)
        default: failure(error, request).problem(request, origin: origin)
        }
    }

    private func problem(of redirect: ErrorRedirect, _ request: HTTPRequest) -> Problem {
        let error = redirect.cause as? OAuthError ?? failure(redirect.cause, request)
        var problem = Problem(redirect.status ?? .ok, error)
        let location = redirect.location(error)
        problem.form = redirect.status == nil ? .redirectDocument(to: location) : .redirect(to: location)
        return problem
    }

    /// What a failure that is not the client's fault is called towards it; its cause goes only to the log.
    private func failure(_ error: any Error, _ request: HTTPRequest) -> OAuthError {
        let path = secrets.scanned(path: request.path)
        if let error = error as? StoreUnavailable {
            log(.error, "the store does not answer", ["path": path, "cause": error.reason])
            return OAuthError(.temporarilyUnavailable, "The server cannot reach its memory now. Try again.")
        }
        let reference = String(UInt32.random(in: .min ... .max), radix: 36)
        log(.error, "unexpected failure", ["path": path, "reference": reference, "cause": "\(type(of: error))"])
        return OAuthError(.serverError, "The server failed. Its log says more under the reference \(reference).")
    }
}

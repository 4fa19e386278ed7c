internal import MCPCore
internal import Primitives
internal import HTTPEdge
internal import OAuth

extension RequestRefusal: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String) -> Problem {
        switch self {
        case .notFound:
            return Problem(
                .notFound, "not_found", "There is nothing at this path. GET / lists what there is.",
                PathDiagnosis.explanation(ofUnknown: request.path))
        case .methodNotAllowed(let allowed):
            let methods = allowed.map(\.rawValue).joined(separator: ", ")
            return Problem(
                .methodNotAllowed, "method_not_allowed", "This path takes \(methods).",
                Explanation(
                    expected: "\(public: methods)", received: "\(public: request.method.rawValue)",
                    hint: PathDiagnosis.hint(ofMethod: request.method, at: request.path)),
                fields: [("Allow", methods)])
        case .notJSON:
            return Problem(
                .unsupportedMediaType, "unsupported_media_type",
                "The body must be JSON: Content-Type application/json.",
                Explanation(
                    expected: "Content-Type: application/json", received: request.fields.said("Content-Type")))
        case .notAcceptable:
            return Problem(
                .notAcceptable, "not_acceptable",
                "Accept must list text/event-stream, and for a POST also application/json.",
                Explanation(
                    expected: "Accept: application/json, text/event-stream", received: request.fields.said("Accept"),
                    hint: "The client chooses neither form: the server answers with a document or with events."))
        case .tooManyCalls(let wait):
            let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
            return Problem(
                .tooManyRequests, "too_many_requests",
                "The limit of tool calls a minute is reached. Wait \(seconds) s.",
                Explanation(hint: "The limit is set with --rate-limit."),
                fields: [(Problem.retryAfter, String(seconds))])
        }
    }
}

extension Problem {
    /// An error of JSON-RPC.
    init(_ refusal: MessageRefusal, _ request: HTTPRequest, _ toolNames: [String]) {
        let error = refusal.response.error
        self.init(
            HTTPStatus(refusal.status), String(error.code.rawValue), error.message,
            MCPDiagnosis(request, toolNames: toolNames).explanation(of: refusal), form: .message(refusal.response))
    }

    /// Something that is no request.
    init(_ refusal: Refusal) {
        self.init(
            refusal.status, refusal.status.phrase.lowercased().replacing(" ", with: "_"), refusal.reason,
            Explanation(expected: "\(public: refusal.expected)", received: "\(public: refusal.received)"))
    }
}

internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension MessageRefusal: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        let status = HTTPStatus(status)
        switch message {
        case .error(let response):
            let error = response.error
            return Problem(
                status, String(error.code.rawValue), error.message, error.explanation, form: .message(message))
        case .failedCall(let call):
            return Problem(
                status, "failed_call", "The tool says that it failed.", call.explanation, form: .message(message))
        }
    }
}

extension RequestRefusal: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
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
                    expected: "Content-Type: application/json", received: request.fields.said("Content-Type"),
                    hint: request.fields.repetition(of: "Content-Type")
                        ?? (request.body.first == UInt8(ascii: "{")
                            ? "The body looks like JSON: only its Content-Type is wrong." : nil)))
        case .notAcceptable:
            return Problem(
                .notAcceptable, "not_acceptable",
                "Accept must list text/event-stream, and for a POST also application/json.",
                Explanation(
                    expected: request.method == .post
                        ? "Accept: application/json, text/event-stream" : "Accept: text/event-stream",
                    received: request.fields.said("Accept"),
                    hint: request.method == .post
                        ? "The client chooses neither form: the server answers with a document or with events."
                        : "A GET opens an event stream, and nothing else."))
        case .tooManyCalls(let wait):
            let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
            return Problem(
                .tooManyRequests, "too_many_requests",
                "The limit of tool calls a minute is reached. Wait \(seconds) s.",
                Explanation(hint: "The limit is set with \(public: wording[.rateLimit])."),
                fields: [(Problem.retryAfter, String(seconds))])
        }
    }
}

extension Problem {
    /// Input that is not a request.
    init(_ refusal: Refusal) {
        self.init(
            refusal.status, refusal.status.phrase.lowercased().replacing(" ", with: "_"), refusal.reason,
            Explanation(expected: "\(public: refusal.expected)", received: "\(public: refusal.received)"))
    }
}

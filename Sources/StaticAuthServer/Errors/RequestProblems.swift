internal import MCPCore
public import Primitives
internal import HTTPEdge
internal import OAuth

/// The errors of requests that no endpoint looks at, or none of OAuth's.
extension Problem {
    /// An error of JSON-RPC.
    init(_ refusal: MessageRefusal, _ request: HTTPRequest, _ toolNames: [String]) {
        let error = refusal.response.error
        self.init(
            HTTPStatus(refusal.status), String(error.code.rawValue), error.message,
            MCPDiagnosis(request, toolNames: toolNames).explanation(of: refusal))
        form = .message(refusal.response)
    }

    /// A refusal for which HTTP has the words.
    init(_ refusal: RequestRefusal, _ request: HTTPRequest) {
        switch refusal {
        case .notFound:
            self.init(
                .notFound, "not_found", "There is nothing at this path. GET / lists what there is.",
                PathDiagnosis.explanation(ofUnknown: request.path))
        case .methodNotAllowed(let allowed):
            let methods = allowed.map(\.rawValue).joined(separator: ", ")
            self.init(
                .methodNotAllowed, "method_not_allowed", "This path takes \(methods).",
                Explanation(
                    expected: "\(public: methods)", received: "\(public: request.method.rawValue)",
                    hint: PathDiagnosis.hint(ofMethod: request.method, at: request.path)))
            fields.append(("Allow", methods))
        case .notJSON:
            self.init(
                .unsupportedMediaType, "unsupported_media_type",
                "The body must be JSON: Content-Type application/json.",
                Explanation(
                    expected: "Content-Type: application/json", received: request.fields.said("Content-Type")))
        case .notAcceptable:
            self.init(
                .notAcceptable, "not_acceptable",
                "Accept must list text/event-stream, and for a POST also application/json.",
                Explanation(
                    expected: "Accept: application/json, text/event-stream", received: request.fields.said("Accept"),
                    hint: "The client chooses neither form: the server answers with a document or with events."))
        case .tooManyCalls(let wait):
            let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
            self.init(
                .tooManyRequests, "too_many_requests",
                "The limit of tool calls a minute is reached. Wait \(seconds) s.",
                Explanation(hint: "The limit is set with --rate-limit."))
            fields.append((Self.retryAfter, String(seconds)))
        }
    }

    /// Something that is no request.
    init(_ refusal: Refusal) {
        self.init(
            refusal.status, refusal.status.phrase.lowercased().replacing(" ", with: "_"), refusal.reason,
            Explanation(expected: "\(public: refusal.expected)", received: "\(public: refusal.received)"))
    }

    /// A request that was not meant for us, or comes from a foreign page.
    init(_ refusal: HostAndOriginGuard.Refusal, _ request: HTTPRequest) {
        switch refusal {
        case .host:
            self.init(
                .forbidden, "invalid_host",
                "This Host is not served. Use localhost, 127.0.0.1 or [::1], or start the server with --public-url.",
                Explanation(
                    expected: "a Host of localhost, 127.0.0.1 or [::1] with this server's port, or of --public-url",
                    received: "Host: \(public: request.host ?? "none")"))
        case .origin:
            self.init(
                .forbidden, "invalid_origin",
                "Pages of this Origin may not use this server. Allowed are pages on this machine and of --public-url.",
                Explanation(
                    expected: "no Origin, one of this machine, or that of --public-url",
                    received: request.fields.said("Origin")))
        }
    }

    /// A request for the debug features by someone they are not for.
    init(_ refusal: DebugGuard.Refusal) {
        switch refusal {
        case .elsewhere:
            self.init(
                .forbidden, "debug_is_local",
                "Debugging is for programs on the server's own machine that ask for localhost without a proxy. From "
                    + "elsewhere, start the server with --debug-token.")
        case .token:
            self.init(.unauthorized, "debug_token_needed", "Send the value of --debug-token as bearer token.")
            fields.append((Self.challenge, #"Bearer realm="debug""#))
        case .tooManyTokens(let seconds):
            // Nothing is explained: who guesses would learn from that whether the last token was right.
            self.init(
                .tooManyRequests, "too_many_requests",
                "Too many wrong debug tokens were sent. Wait \(seconds) seconds, then try again.")
            fields.append((Self.retryAfter, String(seconds)))
        case .foreignPage:
            self.init(
                .forbidden, "invalid_origin", "Other sites' pages may not use the debug features.",
                Explanation(
                    expected: "no Origin or this server's own, and no Sec-Fetch-Site of another site",
                    received: "a request of another site's page"))
        }
    }

    /// A request that the debug features cannot serve.
    init(_ refusal: DebugRefusal) {
        switch refusal {
        case .noRequest:
            self.init(
                .notFound, "not_found", "The journal has no request of this id.",
                Explanation(
                    expected: "the id of one of the last \(Journal.capacity) requests",
                    hint:
                        "They are kept as far as they fit into \(Journal.byteLimit >> 20) MiB, until they are deleted.")
            )
        case .noFlow:
            self.init(
                .notFound, "not_found", "There is no flow of this id.",
                Explanation(
                    expected: "the id of one of the last \(Flows.capacity) flows",
                    hint: "\(public: Path.debugFlows) lists them."))
        case .tooManyListeners:
            self.init(
                .serviceUnavailable, "too_many_listeners", "At most \(ChangeSignal.most) may wait at a time.",
                Explanation(
                    expected: "at most \(ChangeSignal.most) open timelines and requests that wait",
                    received: "one more",
                    hint: "Close one, or ask again without waiting."))
            fields.append((Self.retryAfter, "1"))
        case .tooManyFaults:
            self.init(
                .conflict, "too_many_faults", "\(FaultQueue.capacity) faults wait already.",
                Explanation(
                    expected: "at most \(FaultQueue.capacity) faults that wait", received: "one more",
                    hint: "DELETE \(public: Path.debugFaults) removes them."))
        }
    }

    /// A document for the debug features that does not make sense.
    init(_ problem: DebugDocument.Problem) {
        let member = ("\(public: problem.member)" as SafeText).text
        let subject = member.isEmpty ? "The body" : member
        self.init(
            .badRequest, "invalid_document", "\(subject) is not as it should be.",
            Explanation(
                expected: "\(public: problem.expected)", received: problem.received, hint: problem.hint))
        members = [("member", .string(member))]
    }
}

extension HTTPFields {
    /// A field as it came; for fields that hold no secret.
    func said(_ name: String) -> SafeText {
        let values = self[name]
        return values.isEmpty ? "no \(public: name)" : "\(public: name): \(public: values.joined(separator: ", "))"
    }
}

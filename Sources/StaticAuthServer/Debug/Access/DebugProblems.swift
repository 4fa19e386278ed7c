internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

extension DebugGuard.Refusal: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        switch self {
        case .elsewhere:
            Problem(
                .forbidden, "debug_is_local",
                "Debugging is for programs on the server's own machine that ask for localhost without a proxy. From "
                    + "elsewhere, start the server with \(wording[.debugToken]).")
        case .token:
            Problem(
                .unauthorized, "debug_token_needed", "Send the value of \(wording[.debugToken]) as bearer token.",
                fields: [(Problem.challenge, #"Bearer realm="debug""#)])
        case .tooManyTokens(let seconds):
            // Without an explanation, from which an attacker could learn whether the last token was right.
            Problem(
                .tooManyRequests, "too_many_requests",
                "Too many wrong debug tokens were sent. Wait \(seconds) seconds, then try again.",
                fields: [(Problem.retryAfter, String(seconds))])
        case .foreignPage:
            Problem(
                .forbidden, "invalid_origin", "Other sites' pages may not use the debug features.",
                Explanation(
                    expected: "no Origin or this server's own, and no Sec-Fetch-Site of another site",
                    received: "a request of another site's page"))
        case .pageToken:
            Problem(
                .forbidden, "page_token_needed", "A page has to send the token of this server's own pages.",
                Explanation(
                    expected: "the field \(public: PageToken.field) with the token in the timeline's page",
                    received: "a request of a page without it, or with that of a server that has ended",
                    hint: "Load the timeline again. Programs that send no Origin need no token."))
        }
    }
}

/// An error of the debug endpoints, which no specification defines.
enum DebugRefusal: ProblemConvertible {
    /// The journal has no entry with the id in the path.
    case noRequest
    /// No flow has the id in the path.
    case noFlow
    /// Too many clients wait for an event.
    case tooManyListeners
    /// Too many faults are queued; the maximum number.
    case tooManyFaults(maximum: Int)

    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        switch self {
        case .noRequest:
            Problem(
                .notFound, "not_found", "The journal has no request of this id.",
                Explanation(
                    expected: "the id of one of the last \(Journal.capacity) requests",
                    hint:
                        "They are kept as far as they fit into \(Journal.byteLimit >> 20) MiB, until they are deleted.")
            )
        case .noFlow:
            Problem(
                .notFound, "not_found", "There is no flow of this id.",
                Explanation(
                    expected: "the id of one of the last \(FlowTable.capacity) flows",
                    hint: "\(public: Path.debugFlows) lists them."))
        case .tooManyListeners:
            Problem(
                .serviceUnavailable, "too_many_listeners", "At most \(ChangeSignal.maximum) may wait at a time.",
                Explanation(
                    expected: "at most \(ChangeSignal.maximum) open timelines and requests that wait",
                    received: "one more",
                    hint: "Close one, or ask again without waiting."),
                fields: [(Problem.retryAfter, "1")])
        case .tooManyFaults(let maximum):
            Problem(
                .conflict, "too_many_faults", "\(maximum) faults wait already.",
                Explanation(
                    expected: "at most \(maximum) faults that wait", received: "one more",
                    hint: "DELETE \(public: Path.debugFaults) removes them."))
        }
    }
}

extension DebugDocument.Invalid: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        let member = ("\(public: self.member)" as SafeText).text
        let subject = member.isEmpty ? "The body" : member
        var problem = Problem(
            .badRequest, "invalid_document", "\(subject) is not as it should be.",
            Explanation(expected: "\(public: expected)", received: received, hint: hint))
        problem.members = [("member", .string(member))]
        return problem
    }
}

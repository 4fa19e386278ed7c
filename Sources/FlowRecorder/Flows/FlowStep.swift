internal import Primitives

/// One action of a client or its person, with its outcome.
struct FlowStep: Sendable {
    /// The kind of action.
    enum Kind: String, Sendable {
        case challenge
        case discovery
        case authorization
        case login
        case token
        case refresh
        case message
        case stream
        case introspection
        case revocation
        case registration
        case callback
        case preflight
        case other
    }

    /// The judgement of the outcome.
    enum Verdict: String, Sendable {
        case fine
        /// An error that is part of the protocol's normal course, or that a person can fix.
        case expected
        case wrong
    }

    let kind: Kind
    /// The request: `POST /mcp tools/call echo`.
    var title: SafeText
    /// The outcome, in a few words.
    var outcome: SafeText
    var verdict: Verdict
    let status: Int
    let explanation: Explanation?
    /// The description of the fault that was applied, if any.
    var fault: SafeText?
    /// The name of the running scenario, if any.
    var scenario: String?
    /// The request to `/debug` that ended the code, token or session, if it was one: `POST /debug/tokens/expire`.
    var intervention: SafeText?
    /// Whether the running scenario changed the answer.
    var isRewritten = false
    /// What made the server fail on purpose, so that the client is not to blame: a fault, a scenario, or a request to
    /// `/debug`.
    var cause: SafeText?
    /// The time until the answer; the longest when several requests are one step.
    var duration = Duration.zero
    let first: CredentialHistory.EntryReference
    /// The same as ``first`` unless several requests are one step.
    var last: CredentialHistory.EntryReference
    /// The number of requests.
    var count = 1
    /// The method and tool, the grant or the kind of document; nil where it is not known.
    ///
    /// Steps with the same value are attempts at the same thing.
    var attempt: SafeText?
    /// The kind of problem, if it is one that the client has to deal with.
    var problem: ProblemKind?
    /// The scopes that were lacking.
    var scope: String?
    /// What it achieved, by which earlier problems are corrected.
    var achievement: Achievement?
    /// The requests whose answers brought the code, tokens and session that it used with success.
    var uses: [Int] = []
    /// The trace that the request belongs to; nil when several requests are one step and do not agree.
    var trace: TraceContext.ID?

    /// The approximate memory, in bytes.
    var size: Int {
        // An array may have capacity for twice as many.
        2 * MemoryLayout<FlowStep>.stride + title.size + outcome.size + (explanation?.size ?? 0) + (fault?.size ?? 0)
            + (scope?.utf8.count ?? 0) + (intervention?.size ?? 0) + (cause?.size ?? 0)
            + uses.count * MemoryLayout<Int>.size
    }

    /// Whether a further step can be merged with this one.
    func isFollowed(by next: FlowStep) -> Bool {
        kind == .message && next.kind == .message && verdict == .fine && next.verdict == .fine && title == next.title
            && status == next.status && fault == next.fault && scenario == next.scenario
    }

    /// The step of one request, with an error that its event stream reported later.
    func noting(_ error: StreamError) -> FlowStep {
        let moment = CredentialHistory.EntryReference(entry: error.entry, time: error.time)
        let outcome: SafeText =
            "\(outcome)\(error.isOfTool ? ": the tool says that it failed" : ", and an event tells an error")"
        return FlowStep(
            kind: kind, title: title, outcome: outcome, verdict: error.isOfTool ? .expected : .wrong, status: status,
            explanation: error.explanation, fault: fault, scenario: scenario, duration: duration, first: moment,
            last: moment, attempt: attempt, problem: error.isOfTool ? nil : .request, trace: trace)
    }
}

internal import Primitives

/// One thing that a client or its person did, and what came of it.
struct FlowStep: Sendable {
    /// What it was about.
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

    /// How it went.
    enum Verdict: String, Sendable {
        case fine
        /// An error that belongs to the protocol's normal course, or that a person can mend.
        case expected
        case wrong
    }

    let kind: Kind
    /// What was asked: `POST /mcp tools/call echo`.
    var title: SafeText
    /// What came of it, in a few words.
    let outcome: SafeText
    let verdict: Verdict
    let status: Int
    let explanation: Explanation?
    /// The planted fault that struck, if one did.
    var fault: SafeText?
    /// The name of the scenario that was on, if one was.
    var scenario: String?
    let first: CredentialHistory.EntryReference
    /// The same as ``first`` unless several requests are one step.
    var last: CredentialHistory.EntryReference
    /// The number of requests.
    var count = 1

    /// About how much memory it takes, in bytes.
    var size: Int {
        // An array has room for up to twice as many.
        2 * MemoryLayout<FlowStep>.stride + title.size + outcome.size + (explanation?.size ?? 0) + (fault?.size ?? 0)
    }

    /// Whether a further step is more of the same.
    func isFollowed(by next: FlowStep) -> Bool {
        kind == .message && next.kind == .message && verdict == .fine && next.verdict == .fine && title == next.title
            && status == next.status && fault == next.fault && scenario == next.scenario
    }

    /// The step of one request, with what its event stream told later.
    func noting(_ error: StreamError) -> FlowStep {
        let moment = CredentialHistory.EntryReference(entry: error.entry, time: error.time)
        let outcome: SafeText =
            "\(outcome)\(error.isOfTool ? ": the tool says that it failed" : ", and an event tells an error")"
        return FlowStep(
            kind: kind, title: title, outcome: outcome, verdict: error.isOfTool ? .expected : .wrong, status: status,
            explanation: error.explanation, fault: fault, scenario: scenario, first: moment, last: moment)
    }
}

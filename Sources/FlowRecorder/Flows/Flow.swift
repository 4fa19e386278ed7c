internal import OAuth
internal import Primitives

/// The exchanges of one client that belong together: discovery, authorization, login, tokens, calls, refreshes.
package struct Flow: Sendable {
    /// The maximum number of steps; beyond it those in the middle are dropped.
    static let maximumSteps = 200
    /// The maximum number of successful messages that become steps of their own.
    static let maximumMessages = 60

    package let number: Int
    /// The machine of the client; all loopback addresses are one machine.
    let machine: String
    /// The flow of the same client that this one continues, after its token, session or scope stopped working.
    var follows: Int?
    /// What happened before the authorization.
    var prelude = Prelude() {
        didSet { size += prelude.size - oldValue.size }
    }
    /// Requests without a key after the authorization: metadata that were read again, or for another authorization.
    var readings = Prelude() {
        didSet { size += readings.size - oldValue.size }
    }
    /// What identifies the client, by its token requests and by its messages with a token.
    var evidence = ClientEvidence() {
        didSet { size += evidence.size - oldValue.size }
    }
    /// What else is needed to attribute requests to the flow.
    var attribution = Attribution() {
        didSet { size += attribution.size - oldValue.size }
    }
    private(set) var steps: [FlowStep] = []
    /// The number of requests whose steps were dropped.
    private(set) var omitted = 0
    /// The problems; kept even when their steps are dropped.
    private(set) var problems = FlowProblems() {
        didSet { size += problems.size - oldValue.size }
    }
    /// The approximate memory, in bytes.
    private(set) var size = MemoryLayout<Flow>.size
    /// The expected step, and since which request.
    var wait: (for: ExpectedStep, since: CredentialHistory.EntryReference)?
    /// Increases over all flows with each change.
    package var version = 0

    /// Whether no authorization has begun and no token was requested.
    var isDiscovery = true
    private var messages = 0

    init(number: Int, machine: String, follows: Int?) {
        (self.number, self.machine, self.follows) = (number, machine, follows)
    }

    var lastMoment: CredentialHistory.EntryReference? { steps.last?.last }

    /// Counts a successful message in the last step, if there are many; otherwise it needs a step of its own.
    mutating func countsMessage(_ moment: CredentialHistory.EntryReference) -> Bool {
        messages += 1
        // A message that may correct a problem has to be looked at.
        guard !problems.hasOpen else { return false }
        // The first message with a token tells more about the client.
        guard !attribution.awaitsMessage else { return false }
        guard messages > Self.maximumMessages, let last = steps.indices.last, steps[last].isSummary else {
            return false
        }
        steps[last].last = moment
        steps[last].count += 1
        steps[last].trace = nil
        return true
    }

    /// Whether further successful messages are only counted.
    var isSummarizing: Bool { messages > Self.maximumMessages }

    /// Appends a step, or merges it with the last one.
    mutating func append(_ step: FlowStep) {
        problems.note(step, inFlow: number)
        if wait?.for == .afterLackOfScope, !problems.lacksScope {
            wait = step.kind == .refresh ? (.withToken, step.last) : nil
        }
        if let last = steps.indices.last, steps[last].isFollowed(by: step) {
            steps[last].last = step.last
            steps[last].duration = max(steps[last].duration, step.duration)
            steps[last].count += step.count
            if steps[last].trace != step.trace { steps[last].trace = nil }
            return
        }
        if steps.count == Self.maximumSteps { omit() }
        insert(step, at: steps.count)
    }

    /// Notes the step that is expected after a request.
    mutating func expect(_ next: FlowStepReader.Next, _ moment: CredentialHistory.EntryReference) {
        switch next {
        case .nothing: endWait()
        case .same: break
        // Clients read metadata again before they redeem a code or refresh, and go on as they would have.
        case .wait(.afterMetadata) where !isDiscovery: break
        // A refresh is no answer to it, unless it brings the scope.
        case .wait(.withToken) where wait?.for == .afterLackOfScope: break
        // The browser opens its tab again.
        case .wait(.atLogin) where attribution.hasToken || wait?.for == .withCode: break
        case .wait(.withCode) where attribution.hasToken: break
        case .wait(let step): wait = (step, moment)
        }
    }

    /// Expects nothing more, unless the client was told of a scope that its token lacks.
    mutating func endWait() {
        if wait?.for != .afterLackOfScope || !problems.lacksScope { wait = nil }
    }

    /// Drops the step in the middle.
    mutating func omit() {
        guard !steps.isEmpty else { return }
        let step = steps.remove(at: steps.count / 2)
        omitted += step.count
        size -= step.size
    }

    private mutating func insert(_ step: FlowStep, at index: Int) {
        steps.insert(step, at: index)
        size += step.size
    }

    /// Removes the steps that begin with some requests, and returns them.
    mutating func take(_ entries: Set<Int>) -> [FlowStep] {
        let taken = steps.filter { entries.contains($0.first.entry) }
        steps.removeAll { entries.contains($0.first.entry) }
        size -= taken.reduce(0) { $0 + $1.size }
        problems.forget(entries)
        return taken
    }

    /// Inserts steps of another flow, each before the first step that came later.
    mutating func put(_ others: [FlowStep]) {
        for step in others {
            if steps.count == Self.maximumSteps { omit() }
            insert(step, at: steps.firstIndex { $0.first.entry > step.first.entry } ?? steps.count)
            problems.note(step, inFlow: number)
        }
        for step in steps { problems.correct(by: step, inFlow: number) }
    }

    /// Records an error on an event stream in the step of its request, which is split off a step of several requests.
    mutating func note(_ error: StreamError) {
        guard
            let index = steps.lastIndex(where: {
                $0.first.entry <= error.entry && error.entry <= $0.last.entry && $0.verdict == .fine
            })
        else { return }
        let step = steps[index].noting(error)
        problems.note(late: step)
        if steps[index].count == 1 {
            size -= steps.remove(at: index).size
            insert(step, at: index)
        } else {
            steps[index].count -= 1
            insert(step, at: index + 1)
        }
    }
}

extension FlowStep {
    /// The title of the step that counts further messages.
    static let furtherMessages: SafeText = "POST /mcp, further messages"

    /// Whether this step counts further messages.
    var isSummary: Bool { kind == .message && verdict == .fine && title == Self.furtherMessages }
}

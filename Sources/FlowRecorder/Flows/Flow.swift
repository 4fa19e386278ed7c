internal import Primitives
internal import OAuth

/// What belongs together: discovery, authorization, login, tokens, calls, refreshes.
package struct Flow: Sendable {
    /// The most steps that are kept; then those in the middle go.
    static let mostSteps = 200
    /// The most messages that become steps of their own while all goes well.
    static let mostMessages = 60

    package let number: Int
    /// Where the client runs, as far as requests tell: all loopback addresses are one machine.
    let machine: String
    /// What the client calls itself.
    private(set) var agent: SafeText?
    /// The flow that this one took up, after its token, session or scope no longer did.
    let follows: Int?
    private(set) var steps: [FlowStep] = []
    /// Requests whose steps are no longer kept.
    private(set) var omitted = 0
    /// The first step that went wrong; kept even when its step is not.
    private(set) var firstProblem: FlowStep? {
        didSet { size += (firstProblem?.size ?? 0) - (oldValue?.size ?? 0) }
    }
    /// About how much memory it takes, in bytes.
    private(set) var size = MemoryLayout<Flow>.size
    /// What is waited for, and since when.
    var wait: (for: ExpectedStep, since: Instant)?
    /// Rises over all flows with each change.
    package var version = 0

    /// Whether no authorization has begun and no token was asked for.
    var isDiscovery = true
    private var messages = 0

    init(number: Int, machine: String, follows: Int?) {
        (self.number, self.machine, self.follows) = (number, machine, follows)
    }

    var lastMoment: CredentialHistory.EntryReference? { steps.last?.last }

    /// The client's name for itself comes with its own requests, and not with those of a browser.
    mutating func name(_ agent: SafeText) {
        guard self.agent == nil else { return }
        self.agent = agent
        size += agent.size
    }

    /// Counts a message that went well to the last step, if there have been enough of them; else it wants a step.
    mutating func countsMessage(_ moment: CredentialHistory.EntryReference) -> Bool {
        messages += 1
        guard messages > Self.mostMessages, let last = steps.indices.last, steps[last].isSummary else { return false }
        steps[last].last = moment
        steps[last].count += 1
        return true
    }

    /// Whether messages that go well are no longer told apart.
    var isSummarizing: Bool { messages > Self.mostMessages }

    /// Appends a step, or adds it to the last one.
    mutating func append(_ step: FlowStep) {
        if step.verdict == .wrong, firstProblem == nil { firstProblem = step }
        if let last = steps.indices.last, steps[last].isFollowed(by: step) {
            steps[last].last = step.last
            steps[last].count += step.count
            return
        }
        if steps.count == Self.mostSteps { omit() }
        insert(step, at: steps.count)
    }

    /// Leaves out the step in the middle.
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

    /// Marks the step of a request whose event stream told an error; it leaves the step that stands for several
    /// requests.
    mutating func note(_ error: StreamError) {
        guard
            let index = steps.lastIndex(where: {
                $0.first.entry <= error.entry && error.entry <= $0.last.entry && $0.verdict == .fine
            })
        else { return }
        let step = steps[index].noting(error)
        if step.verdict == .wrong { firstProblem = firstProblem ?? step }
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
    /// What stands for the messages that are not told apart.
    static let furtherMessages: SafeText = "POST /mcp, further messages"

    /// Whether it stands for messages that are not told apart.
    var isSummary: Bool { kind == .message && verdict == .fine && title == Self.furtherMessages }
}

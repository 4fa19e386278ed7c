package import Primitives

/// A flow with the verdict on it: the rules that it broke, its problems, and what corrected them.
package struct JudgedFlow: Sendable {
    /// The state of a flow as a whole.
    package enum Status: String, CaseIterable, Sendable {
        case fine
        /// There were problems, and each was corrected.
        case recovered
        /// The client did not correct a mistake of its own, or broke a rule that is no advice.
        case broken
        /// The client did not go on.
        case silent
        /// A login or call is under way.
        case open
    }

    let flow: Flow
    /// In the order of requests.
    let brokenRules: [BrokenRule]
    /// In the order of requests.
    let recovered: [FlowProblem]
    /// The first mistake of the client that was not corrected; without one, the first failure on purpose.
    let firstProblem: FlowProblem?
    /// The expected step, and since which request.
    let wait: (for: ExpectedStep, since: CredentialHistory.EntryReference)?
    /// The latest request for each of what a silent client is expected to do, in any flow.
    private let activity: Activity
    private let isBroken: Bool
    private let problems: [FlowProblem]

    /// Judges a flow.
    ///
    /// - Parameters:
    ///   - following: the flows that continue it.
    ///   - unknown: the later logins on its machine that nothing attributes to a client, and may continue it.
    ///   - moves: the moves of the debug clock, which makes no client silent.
    init(
        _ flow: Flow, following: [Flow], unknown: [Flow] = [], brokenRules: [BrokenRule], activity: Activity,
        moves: ClockMoves = ClockMoves()
    ) {
        let problems = flow.problems.all.map { problem in
            var problem = problem
            if problem.correction == nil {
                problem.correction =
                    following.lazy.compactMap { problem.correction(by: $0) }.first
                    ?? unknown.lazy.compactMap { problem.denial(in: $0) }.first
            }
            return problem
        }
        self.flow = flow
        self.problems = problems
        self.activity = activity
        self.brokenRules = brokenRules.sorted { $0.entry < $1.entry }
        recovered = problems.filter { $0.correction != nil }
        firstProblem = problems.first(where: \.isWrong) ?? problems.first(where: \.isOpen)
        isBroken =
            problems.contains(where: \.isWrong) || flow.problems.hasUnlisted
            || brokenRules.contains { !$0.rule.isAdvice }
        let failure = problems.last { $0.isOpen && !$0.isWrong }
            .map { (for: ExpectedStep.afterFailure, since: $0.last) }
        let isAnswered = problems.contains { $0.correction != nil && $0.last == flow.wait?.since }
        wait = ((isAnswered ? nil : flow.wait) ?? failure).map { ($0.for, moves.withPresentOffset($0.since)) }
    }

    /// The state at a time, which may be silence.
    package func status(at now: Instant) -> Status {
        if isBroken { return .broken }
        if silence(at: now) != nil { return .silent }
        if wait != nil { return .open }
        return recovered.isEmpty && flow.problems.omittedRecoveries == 0 ? .fine : .recovered
    }

    /// The report on a client that has been silent for too long.
    package func silence(at now: Instant) -> SafeText? {
        guard let wait, now - wait.since.time >= ExpectedStep.timeout else { return nil }
        let step = flow.steps.last { $0.first.entry <= wait.since.entry && wait.since.entry <= $0.last.entry }
        return wait.for.sentence(
            after: now - wait.since.time, isSeen: activity.isSeen(wait.for, since: wait.since.entry),
            cause: step?.purpose)
    }

    /// The verdict on a step, which the client may have left without the answer that it asks for.
    func verdict(on step: FlowStep) -> FlowStep.Verdict {
        let isLeft = problems.contains { problem in
            problem.isOpen && problem.step.attempt == step.attempt && problem.kind == step.problem
                && problem.step.first.entry <= step.first.entry && step.first.entry <= problem.last.entry
        }
        return isLeft ? .wrong : step.verdict
    }

    /// The broken rules of each step, by its position.
    ///
    /// A request that became a step of its own later, or was merged with others, is found by its number.
    var brokenRulesByStep: [Int: [BrokenRule]] {
        guard !brokenRules.isEmpty else { return [:] }
        let ownStep = Dictionary(
            flow.steps.indices.map { (flow.steps[$0].first.entry, $0) }, uniquingKeysWith: { first, _ in first })
        return Dictionary(grouping: brokenRules) { rule in
            ownStep[rule.entry]
                ?? flow.steps.lastIndex { $0.first.entry <= rule.entry && rule.entry <= $0.last.entry } ?? -1
        }
    }

    /// What corrected the problem of a step.
    func correction(of step: FlowStep) -> FlowProblem.Correction? {
        guard let kind = step.problem else { return nil }
        return recovered.first {
            $0.kind == kind && $0.step.attempt == step.attempt && $0.step.first.entry <= step.first.entry
                && step.first.entry <= $0.last.entry
        }?.correction
    }

    /// The requests on which the verdict rests; they change with it.
    package var verdictEntries: [Int] {
        let problems = recovered.flatMap { [$0.step.first.entry, $0.correction?.entry ?? 0] }
        return [firstProblem?.step.first.entry ?? 0, brokenRules.count] + problems + brokenRules.map(\.entry)
    }

    /// The number of the flow.
    package var number: Int { flow.number }
    /// Increases over all flows with each change of the flow itself.
    package var version: Int { flow.version }
}

extension FlowStep {
    /// What the server did on purpose, as a remark.
    fileprivate var purpose: SafeText? {
        if let cause { return "on purpose: \(cause)" }
        let what: SafeText = isRewritten ? "changed the answer" : "was running"
        return scenario.map { "the scenario '\(public: $0)' \(what)" }
    }
}

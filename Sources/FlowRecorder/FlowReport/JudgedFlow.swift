package import Primitives

/// A flow with the verdict on it: the rules that it broke, its problems, and what corrected them.
package struct JudgedFlow: Sendable {
    /// The state of a flow as a whole.
    package enum Status: String, CaseIterable, Sendable {
        case fine
        /// There were problems, and each was corrected.
        case recovered
        /// A problem was not corrected, or a rule was broken that is no advice.
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
    /// The first problem that was not corrected.
    let firstProblem: FlowProblem?
    /// The latest request for each of what a silent client is expected to do, in any flow.
    private let activity: Activity
    private let isBroken: Bool

    /// Judges a flow.
    ///
    /// - Parameter following: the flows that continue it.
    init(_ flow: Flow, following: [Flow], brokenRules: [BrokenRule], activity: Activity) {
        let problems = flow.problems.all.map { problem in
            var problem = problem
            if problem.correction == nil {
                problem.correction = following.lazy.compactMap { problem.correction(by: $0) }.first
            }
            return problem
        }
        self.flow = flow
        self.activity = activity
        self.brokenRules = brokenRules.sorted { $0.entry < $1.entry }
        recovered = problems.filter { $0.correction != nil }
        firstProblem = problems.first { $0.correction == nil && $0.isWrong }
        isBroken = firstProblem != nil || flow.problems.hasUnlisted || brokenRules.contains { !$0.rule.isAdvice }
    }

    /// The state at a time, which may be silence.
    package func status(at now: Instant) -> Status {
        if isBroken { return .broken }
        if silence(at: now) != nil { return .silent }
        if flow.wait != nil { return .open }
        return recovered.isEmpty && flow.problems.omittedRecoveries == 0 ? .fine : .recovered
    }

    /// The report on a client that has been silent for too long.
    package func silence(at now: Instant) -> SafeText? {
        guard let wait = flow.wait, now - wait.since.time >= ExpectedStep.timeout else { return nil }
        return wait.for.sentence(
            after: now - wait.since.time, isSeen: activity.isSeen(wait.for, since: wait.since.entry))
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
                && step.first.entry <= $0.last
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

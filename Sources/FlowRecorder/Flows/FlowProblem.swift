internal import OAuth
internal import Primitives

/// A step of a flow that went wrong or has to be answered by the client, and what corrected it.
struct FlowProblem: Sendable {
    /// A later step that corrected a problem.
    struct Correction: Equatable, Sendable {
        let remedy: Remedy
        /// The flow of the later step.
        let flow: Int
        let entry: Int

        /// How it was corrected, as a sentence.
        var sentence: SafeText {
            remedy.sentence("request \(entry)\(remedy.isInFollowingFlow ? " of flow \(flow)" : "")")
        }
    }

    let kind: ProblemKind
    /// The first step with this problem.
    let step: FlowStep
    /// The last request with this problem.
    var last: CredentialHistory.EntryReference
    /// How many requests in a row had it.
    var count = 1
    var correction: Correction?
    /// Whether the client went on with something else.
    private(set) var isPassed = false

    /// Whether the client has to deal with it: it went wrong, or the client left the answer that it asks for undone.
    var isOpen: Bool { correction == nil && (step.verdict == .wrong || isPassed) }
    /// Whether it makes a flow broken: what the server was told to do is not its client's mistake.
    var isWrong: Bool { isOpen && step.cause == nil }

    /// The later steps that correct it.
    private var remedies: [Remedy] { kind.remedies + (step.cause == nil ? [] : kind.remediesForPurpose) }

    /// Notes that the client went on after it was told of a scope that its token lacks.
    mutating func pass(_ later: FlowStep) {
        let isFurther = later.kind == .message && later.verdict == .fine && later.first.entry > last.entry
        if kind == .lackOfScope, correction == nil, isFurther { isPassed = true }
    }

    /// The remedy that a later step of the same flow is; nil if it is none.
    func remedy(in later: FlowStep) -> Remedy? {
        guard later.problem == nil, later.verdict != .wrong, later.first.entry > last.entry else { return nil }
        return remedies.first { remedy in
            if remedy == .sameRequest { return step.attempt != nil && step.attempt == later.attempt }
            if remedy == .goingOn { return later.kind == .message && later.verdict == .fine }
            if remedy == .use { return later.uses.contains { step.first.entry <= $0 && $0 <= last.entry } }
            return !remedy.isInFollowingFlow
                && later.achievement?.isRemedy(remedy, lacking: step.scope) ?? false
        }
    }

    /// The correction by a person who denied a login that may be this client's; nil if there is none.
    func denial(in other: Flow) -> Correction? {
        guard kind == .lackOfScope, let correction = correction(by: other), correction.remedy == .laterDenial else {
            return nil
        }
        return correction
    }

    /// The correction by what the following flow achieved; nil if there is none.
    ///
    /// Where the person has denied a scope the client need not ask again each time that it is lacking.
    func correction(by following: Flow) -> Correction? {
        for remedy in remedies where remedy.isInFollowingFlow {
            let isLasting = kind == .lackOfScope && remedy == .laterDenial
            let achieved = following.problems.achieved.first {
                ($0.entry > last.entry || isLasting) && $0.what.isRemedy(remedy, lacking: step.scope)
            }
            if let achieved { return Correction(remedy: remedy, flow: following.number, entry: achieved.entry) }
        }
        return nil
    }
}

/// The problems of a flow, and what it achieved for an earlier flow.
struct FlowProblems: Sendable {
    /// The maximum number of problems; beyond it corrected ones are only counted.
    static let maximum = 20
    /// The maximum number of achievements; the first few decide.
    static let maximumAchieved = 8

    private(set) var all: [FlowProblem] = []
    /// The number of corrected problems that are not listed any more.
    private(set) var omittedRecoveries = 0
    /// Whether a problem could not be listed, so that it cannot be known whether it was corrected.
    private(set) var hasUnlisted = false
    /// The first authorization, tokens and session.
    private(set) var achieved: [(what: Achievement, entry: Int)] = []
    /// The approximate memory, in bytes.
    private(set) var size = 0

    /// Whether a successful message may correct a problem.
    var hasOpen: Bool { all.contains { $0.correction == nil } }
    /// Whether the client has not dealt with a lack of scope.
    var lacksScope: Bool { all.contains { $0.kind == .lackOfScope && $0.correction == nil } }

    /// Whether the person denied an authorization.
    var hasDenial: Bool { achieved.contains { if case .denial = $0.what { true } else { false } } }
    /// The scopes that the client lacks and has not dealt with.
    var lackingScope: String? { all.last { $0.kind == .lackOfScope && $0.correction == nil }?.step.scope }

    /// Notes the problem, or what the step corrects.
    mutating func note(_ step: FlowStep, inFlow flow: Int) {
        if let kind = step.problem { return add(step, kind) }
        correct(by: step, inFlow: flow)
        if let what = step.achievement { achieve(what, step.first.entry) }
    }

    /// Notes what a step corrects.
    mutating func correct(by step: FlowStep, inFlow flow: Int) {
        for index in all.indices where all[index].correction == nil {
            guard let remedy = all[index].remedy(in: step) else { continue }
            all[index].correction = FlowProblem.Correction(remedy: remedy, flow: flow, entry: step.first.entry)
        }
        for index in all.indices { all[index].pass(step) }
    }

    /// Notes a problem that became known only after its request had seemed to succeed and to correct others.
    mutating func note(late step: FlowStep) {
        for index in all.indices where all[index].correction?.entry == step.first.entry {
            all[index].correction = nil
        }
        if let kind = step.problem { add(step, kind) }
    }

    /// Forgets what steps tell that turned out to be another flow's.
    mutating func forget(_ entries: Set<Int>) {
        size -= all.reduce(0) { $0 + (entries.contains($1.step.first.entry) ? $1.step.size : 0) }
        all.removeAll { entries.contains($0.step.first.entry) }
        for index in all.indices where all[index].correction.map({ entries.contains($0.entry) }) ?? false {
            all[index].correction = nil
        }
    }

    private mutating func add(_ step: FlowStep, _ kind: ProblemKind) {
        let same = all.indices.last {
            all[$0].correction == nil && all[$0].kind == kind && all[$0].step.attempt == step.attempt
                && all[$0].step.verdict == step.verdict && (all[$0].step.cause == nil) == (step.cause == nil)
        }
        if let same, step.attempt != nil {
            all[same].last = step.first
            all[same].count += 1
            return
        }
        if all.count == Self.maximum, !dropRecovery() {
            hasUnlisted = hasUnlisted || step.verdict == .wrong && step.cause == nil
            return
        }
        let index = all.firstIndex { $0.step.first.entry > step.first.entry } ?? all.count
        all.insert(FlowProblem(kind: kind, step: step, last: step.first), at: index)
        size += step.size
    }

    /// Drops the oldest corrected problem; false if there is none.
    private mutating func dropRecovery() -> Bool {
        guard let oldest = all.firstIndex(where: { $0.correction != nil }) else { return false }
        size -= all.remove(at: oldest).step.size
        omittedRecoveries += 1
        return true
    }

    private mutating func achieve(_ what: Achievement, _ entry: Int) {
        guard what != .message, achieved.count < Self.maximumAchieved, !achieved.contains(where: { $0.what == what })
        else { return }
        achieved.append((what, entry))
    }
}

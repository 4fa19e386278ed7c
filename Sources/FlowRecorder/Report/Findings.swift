internal import Primitives

/// The findings about each rule, with the requests that show them.
package struct Findings: Sendable {
    /// A request that broke a rule, and how.
    struct Violation: Sendable {
        let moment: CredentialHistory.EntryReference
        let problem: SafeText
    }

    /// The findings about one rule.
    struct Finding: Sendable {
        /// The first requests in which the rule was kept, and the latest.
        fileprivate(set) var kept: [CredentialHistory.EntryReference] = []
        /// The first requests in which it was broken, and the latest.
        fileprivate(set) var broken: [Violation] = []
        /// The first requests in which it was not kept, for a reason that breaks another rule or none, and the latest.
        fileprivate(set) var doubtful: [CredentialHistory.EntryReference] = []
    }

    /// The verdict on a rule.
    package enum Verdict: String, Sendable {
        case pass = "PASS"
        case fail = "FAIL"
        /// A recommendation was not followed.
        case note = "NOTE"
        case notSeen = "NOT SEEN"
    }

    private static let maximumEvidence = 10
    private var findings: [Rule: Finding] = [:]

    subscript(rule: Rule) -> Finding { findings[rule] ?? Finding() }

    /// The verdict on a rule: one violation outweighs all requests that kept it.
    func verdict(on rule: Rule) -> Verdict {
        guard let finding = findings[rule] else { return .notSeen }
        if !finding.broken.isEmpty { return rule.isAdvice ? .note : .fail }
        return finding.kept.isEmpty || !finding.doubtful.isEmpty ? .notSeen : .pass
    }

    /// The number of rules with a verdict.
    func count(_ verdict: Verdict) -> Int { Rule.allCases.count { self.verdict(on: $0) == verdict } }

    /// Whether no rule has a verdict.
    var isEmpty: Bool { findings.isEmpty }

    mutating func keeps(_ rule: Rule, _ moment: CredentialHistory.EntryReference) {
        Self.append(moment, to: &findings[rule, default: Finding()].kept)
    }

    mutating func breaks(_ rule: Rule, _ moment: CredentialHistory.EntryReference, _ problem: SafeText) {
        Self.append(Violation(moment: moment, problem: problem), to: &findings[rule, default: Finding()].broken)
    }

    /// Records a request for which the rule cannot pass, although it is not broken.
    mutating func doubts(_ rule: Rule, _ moment: CredentialHistory.EntryReference) {
        Self.append(moment, to: &findings[rule, default: Finding()].doubtful)
    }

    /// Records that a rule was kept, or broken with a problem.
    mutating func judge(
        _ rule: Rule, _ moment: CredentialHistory.EntryReference, isKept: Bool, _ problem: @autoclosure () -> SafeText
    ) {
        if isKept { keeps(rule, moment) } else { breaks(rule, moment, problem()) }
    }

    private static func append<Evidence>(_ evidence: Evidence, to list: inout [Evidence]) {
        if list.count == maximumEvidence { list.removeLast() }
        list.append(evidence)
    }

    // MARK: - Several findings

    /// Removes what some requests show, and returns it.
    mutating func take(_ entries: Set<Int>) -> Findings {
        let taken = shown { entries.contains($0.entry) }
        if !taken.isEmpty { self = shown { !entries.contains($0.entry) } }
        return taken
    }

    /// Adds other findings, in the order of the requests.
    mutating func merge(_ others: Findings) {
        for (rule, other) in others.findings {
            let finding = self[rule]
            let kept = (finding.kept + other.kept).sorted { $0.entry < $1.entry }
            let broken = (finding.broken + other.broken).sorted { $0.moment.entry < $1.moment.entry }
            let doubtful = (finding.doubtful + other.doubtful).sorted { $0.entry < $1.entry }
            findings[rule] = Finding(
                kept: Self.shortened(kept), broken: Self.shortened(broken), doubtful: Self.shortened(doubtful))
        }
    }

    private static func shortened<Evidence>(_ list: [Evidence]) -> [Evidence] {
        guard list.count > maximumEvidence, let last = list.last else { return list }
        return list.prefix(maximumEvidence - 1) + [last]
    }

    /// The findings that some requests show.
    func shown(by isIncluded: (CredentialHistory.EntryReference) -> Bool) -> Findings {
        var shown = Findings()
        for (rule, finding) in findings {
            let kept = finding.kept.filter(isIncluded)
            let broken = finding.broken.filter { isIncluded($0.moment) }
            let doubtful = finding.doubtful.filter(isIncluded)
            if !kept.isEmpty || !broken.isEmpty || !doubtful.isEmpty {
                shown.findings[rule] = Finding(kept: kept, broken: broken, doubtful: doubtful)
            }
        }
        return shown
    }

    /// The violations, in the order of the requests.
    var violations: [(rule: Rule, violation: Violation)] {
        findings.flatMap { rule, finding in finding.broken.map { (rule, $0) } }
            .sorted { ($0.1.moment.entry, $0.0.id) < ($1.1.moment.entry, $1.0.id) }
    }
}

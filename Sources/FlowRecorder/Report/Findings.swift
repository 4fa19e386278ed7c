internal import Primitives

/// The findings about each rule, with the requests that show them.
package struct Findings: Sendable {
    /// The findings about one rule.
    struct Finding: Sendable {
        /// The first requests in which the rule was kept.
        fileprivate(set) var kept: [Int] = []
        /// The first requests in which it was broken, and how.
        fileprivate(set) var broken: [(entry: Int, problem: SafeText)] = []

        var verdict: Verdict {
            if !broken.isEmpty { return .fail }
            return kept.isEmpty ? .notSeen : .pass
        }
    }

    /// The verdict on a rule.
    package enum Verdict: String, Sendable {
        case pass = "PASS"
        case fail = "FAIL"
        case notSeen = "NOT SEEN"
    }

    private static let maximumEvidence = 10
    private var findings: [Rule: Finding] = [:]

    subscript(rule: Rule) -> Finding { findings[rule] ?? Finding() }

    mutating func keeps(_ rule: Rule, _ entry: Int) {
        guard self[rule].kept.count < Self.maximumEvidence else { return }
        findings[rule, default: Finding()].kept.append(entry)
    }

    mutating func breaks(_ rule: Rule, _ entry: Int, _ problem: SafeText) {
        guard self[rule].broken.count < Self.maximumEvidence else { return }
        findings[rule, default: Finding()].broken.append((entry, problem))
    }

    /// Records that a rule was kept, or broken with a problem.
    mutating func judge(_ rule: Rule, _ entry: Int, isKept: Bool, _ problem: @autoclosure () -> SafeText) {
        if isKept { keeps(rule, entry) } else { breaks(rule, entry, problem()) }
    }
}

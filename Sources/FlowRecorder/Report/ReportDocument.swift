internal import OAuth
package import Primitives

/// The report on a client in the forms that people and programs read.
package struct ReportDocument {
    private let findings: Findings

    /// Makes the report of verdicts.
    package init(findings: Findings) {
        self.findings = findings
    }

    /// The number of rules with a verdict.
    package func count(_ verdict: Findings.Verdict) -> Int {
        Rule.allCases.count { findings[$0].verdict == verdict }
    }

    // MARK: - JSON

    /// Every rule with its verdict and its evidence.
    package var json: JSONObject {
        [
            "passed": JSONValue(count(.pass)), "failed": JSONValue(count(.fail)),
            "not_seen": JSONValue(count(.notSeen)),
            "rules": .array(Rule.allCases.map { .object(json(of: $0)) }),
        ]
    }

    private func json(of rule: Rule) -> JSONObject {
        let finding = findings[rule]
        return [
            "id": .string(rule.id), "rule": .string("The client \(rule.title)."),
            "reference": .string(rule.reference), "level": rule.isAdvice ? "SHOULD" : "MUST",
            "verdict": .string(finding.verdict.rawValue), "entries": .array(evidence(of: rule).map { JSONValue($0) }),
            "problems": .array(
                finding.broken.map { ["entry": JSONValue($0.entry), "problem": .string($0.problem.text)] }),
        ]
    }

    /// The requests that show the verdict.
    private func evidence(of rule: Rule) -> [Int] {
        let finding = findings[rule]
        return finding.broken.isEmpty ? finding.kept : finding.broken.map(\.entry)
    }

    // MARK: - Text

    /// A line for each rule, and one for each problem.
    package var text: String {
        let width = Rule.allCases.map(\.id.count).max() ?? 0
        let lines = Rule.allCases.flatMap { rule -> [String] in
            let finding = findings[rule]
            let line =
                Self.padded(finding.verdict.rawValue, 10) + Self.padded(rule.id, width + 2)
                + "The client \(rule.title). (\(rule.reference))"
            return [line] + finding.broken.map { "          request \($0.entry): \($0.problem.text)" }
        }
        let sum = "\(count(.pass)) PASS, \(count(.fail)) FAIL, \(count(.notSeen)) NOT SEEN"
        return (lines + ["", sum]).joined(separator: "\n") + "\n"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: - Other formats

    /// A rule and its verdict, for a format that is made elsewhere.
    package struct Line {
        package let id: String
        package let title: String
        package let reference: String
        package let verdict: Findings.Verdict
        /// The violations, by request.
        package let problems: [(entry: Int, problem: String)]
    }

    /// All rules, in the order of the report.
    package var lines: [Line] {
        Rule.allCases.map { rule in
            let finding = findings[rule]
            return Line(
                id: rule.id, title: rule.title, reference: rule.reference, verdict: finding.verdict,
                problems: finding.broken.map { ($0.entry, $0.problem.text) })
        }
    }
}

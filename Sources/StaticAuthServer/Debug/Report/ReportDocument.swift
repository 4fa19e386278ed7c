internal import Primitives
internal import OAuth

/// The report on a client in the forms that people and programs read.
struct ReportDocument {
    let findings: Findings

    /// How many rules have a verdict.
    func count(_ verdict: Findings.Verdict) -> Int {
        Rule.allCases.count { findings[$0].verdict == verdict }
    }

    // MARK: - JSON

    var json: JSONObject {
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

    var text: String {
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

    // MARK: - JUnit

    /// The form that CI systems collect: a test case for each rule; one that was not seen is skipped.
    var junit: String {
        let cases = Rule.allCases.map { rule -> HTML in
            let name: HTML = "\(rule.id): \(rule.title) (\(rule.reference))"
            return "<testcase classname=\"client\" name=\"\(name)\">\(outcome(of: rule))</testcase>\n"
        }
        let suite: HTML = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="static-auth-server report" tests="\(String(Rule.allCases.count))" \
            failures="\(String(count(.fail)))" errors="0" skipped="\(String(count(.notSeen)))">
            \(cases)</testsuite>

            """
        return suite.markup
    }

    private func outcome(of rule: Rule) -> HTML {
        let finding = findings[rule]
        switch finding.verdict {
        case .pass: return ""
        case .notSeen: return "<skipped/>"
        case .fail:
            let problems = finding.broken.map { "request \($0.entry): \($0.problem.text)" }.joined(separator: "\n")
            return "<failure message=\"\(finding.broken.first?.problem.text ?? "")\">\(problems)</failure>"
        }
    }
}

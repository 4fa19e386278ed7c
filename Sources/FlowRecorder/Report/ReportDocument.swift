internal import OAuth
package import Primitives

/// The report on clients in the forms that people and programs read.
package struct ReportDocument {
    private let clients: [ClientReport]
    private let findings: Findings

    /// Makes the report on clients.
    ///
    /// - Parameter findings: those about all of them.
    init(clients: [ClientReport], findings: Findings) {
        (self.clients, self.findings) = (clients, findings)
    }

    /// The number of rules with a verdict.
    package func count(_ verdict: Findings.Verdict) -> Int { findings.count(verdict) }

    // MARK: - JSON

    /// Every rule with its verdict and its evidence, and the clients.
    package var json: JSONObject {
        [
            "passed": JSONValue(count(.pass)), "failed": JSONValue(count(.fail)), "noted": JSONValue(count(.note)),
            "not_seen": JSONValue(count(.notSeen)),
            "clients": .array(clients.map { .object(Self.json(of: $0)) }),
            "rules": .array(Rule.allCases.map { .object(json(of: $0)) }),
        ]
    }

    private static func json(of client: ClientReport) -> JSONObject {
        [
            "name": .string(client.name), "machine": .string(client.machine),
            "flows": .array(client.flows.map { JSONValue($0) }),
            "passed": JSONValue(client.findings.count(.pass)), "failed": JSONValue(client.findings.count(.fail)),
            "noted": JSONValue(client.findings.count(.note)),
        ]
    }

    private func json(of rule: Rule) -> JSONObject {
        let finding = findings[rule]
        let evidence = finding.broken.isEmpty ? finding.kept : finding.broken.map(\.moment)
        return [
            "id": .string(rule.id), "rule": .string(rule.sentence),
            "reference": .string(rule.reference), "level": rule.isAdvice ? "SHOULD" : "MUST",
            "verdict": .string(findings.verdict(on: rule).rawValue),
            "entries": .array(evidence.map { JSONValue($0.entry) }),
            "problems": .array(
                finding.broken.map { ["entry": JSONValue($0.moment.entry), "problem": .string($0.problem.text)] }),
        ]
    }

    // MARK: - Text

    /// A line for each rule, and one for each problem; with more than one client a part for each.
    package var text: String {
        parts.map { part in
            let heading = part.client.map { ["Client \($0)", ""] } ?? []
            return (heading + lines(of: part.findings)).joined(separator: "\n") + "\n"
        }
        .joined(separator: "\n")
    }

    private func lines(of findings: Findings) -> [String] {
        let width = Rule.allCases.map(\.id.count).max() ?? 0
        let lines = Rule.allCases.flatMap { rule -> [String] in
            let line =
                Self.padded(findings.verdict(on: rule).rawValue, 10) + Self.padded(rule.id, width + 2)
                + "\(rule.sentence) (\(rule.reference))"
            return [line]
                + findings[rule].broken.map { "          request \($0.moment.entry): \($0.problem.text)" }
        }
        let counted: [Findings.Verdict] = findings.count(.note) == 0 ? [.pass, .fail, .notSeen] : Self.verdicts
        return lines + ["", counted.map { "\(findings.count($0)) \($0.rawValue)" }.joined(separator: ", ")]
    }

    private static let verdicts: [Findings.Verdict] = [.pass, .fail, .note, .notSeen]

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: - Other formats

    /// The findings about one client, or about all.
    package struct Part {
        /// The client's name and machine; nil where there is only one.
        package let client: String?
        fileprivate let findings: Findings

        /// The number of rules with a verdict.
        package func count(_ verdict: Findings.Verdict) -> Int { findings.count(verdict) }

        /// All rules, in the order of the report.
        package var lines: [Line] {
            Rule.allCases.map { rule in
                Line(
                    id: rule.id, title: rule.title, reference: rule.reference, verdict: findings.verdict(on: rule),
                    problems: findings[rule].broken.map { ($0.moment.entry, $0.problem.text) })
            }
        }
    }

    /// A rule and its verdict, for a format that is made elsewhere.
    package struct Line {
        package let id: String
        package let title: String
        package let reference: String
        package let verdict: Findings.Verdict
        /// The violations, by request.
        package let problems: [(entry: Int, problem: String)]
    }

    /// A part for each client with a verdict, if there are several; otherwise one for all.
    package var parts: [Part] {
        let judged = clients.filter { !$0.findings.isEmpty }
        guard judged.count > 1 else { return [Part(client: nil, findings: findings)] }
        return judged.map { Part(client: "\($0.name) (\($0.machine))", findings: $0.findings) }
    }
}

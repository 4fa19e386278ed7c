internal import OAuth
package import Primitives

/// The report on clients in the forms that people and programs read.
package struct ReportDocument {
    private let clients: [ClientReport]
    private let findings: Findings
    /// What cannot be told to belong to one of the clients.
    private let others: Findings
    /// The rules that fail when they were not seen.
    private let missing: Set<Rule>

    /// Makes the report on clients.
    ///
    /// - Parameters:
    ///   - others: the findings that cannot be told to belong to one of them.
    ///   - required: the rules that fail when no client shows that it follows them.
    init(clients: [ClientReport], others: Findings = Findings(), required: [Rule] = []) {
        var findings = others
        for client in clients { findings.merge(client.findings) }
        (self.clients, self.others, self.findings) = (clients, others, findings)
        missing = Set(required.filter { [findings] in findings.verdict(on: $0) == .notSeen })
    }

    /// The number of rules with a verdict.
    package func count(_ verdict: Findings.Verdict) -> Int { part(of: findings).count(verdict) }

    /// The names of the clients, as ``ReportSelection`` takes them.
    package var clientNames: [String] { clients.map(\.name) }

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
        let line = line(of: rule, findings)
        return [
            "id": .string(rule.id), "rule": .string(rule.sentence),
            "reference": .string(rule.reference), "level": rule.isAdvice ? "SHOULD" : "MUST",
            "verdict": .string(line.verdict.rawValue), "entries": .array(line.entries.map { JSONValue($0) }),
            "problems": .array(
                line.problems.map {
                    ["entry": $0.entry.map { JSONValue($0) } ?? .null, "problem": .string($0.problem)]
                }),
        ]
    }

    // MARK: - Text

    /// A line for each rule, and one for each problem; with more than one client a part for each.
    package var text: String {
        parts.map { part in
            let heading = part.client.map { ["Client \($0)", ""] } ?? []
            return (heading + Self.lines(of: part)).joined(separator: "\n") + "\n"
        }
        .joined(separator: "\n")
    }

    private static func lines(of part: Part) -> [String] {
        let width = Rule.allCases.map(\.id.count).max() ?? 0
        let lines = part.lines.flatMap { line -> [String] in
            let first =
                padded(line.verdict.rawValue, 10) + padded(line.id, width + 2) + "\(line.sentence) (\(line.reference))"
            return [first] + line.problemTexts.map { "          \($0)" }
        }
        let counted: [Findings.Verdict] = part.count(.note) == 0 ? [.pass, .fail, .notSeen] : verdicts
        return lines + ["", counted.map { "\(part.count($0)) \($0.rawValue)" }.joined(separator: ", ")]
    }

    private static let verdicts: [Findings.Verdict] = [.pass, .fail, .note, .notSeen]

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    // MARK: - Parts

    /// The findings about one client, or about all.
    package struct Part {
        /// The client's name and machine; nil for all, where there is only one.
        package let client: String?
        /// All rules, in the order of the report.
        package let lines: [Line]

        /// The number of rules with a verdict.
        package func count(_ verdict: Findings.Verdict) -> Int { lines.count { $0.verdict == verdict } }

        /// The rules with a verdict.
        package func lines(_ verdict: Findings.Verdict) -> [Line] { lines.filter { $0.verdict == verdict } }
    }

    /// A rule and its verdict.
    package struct Line {
        private let rule: Rule
        package let verdict: Findings.Verdict
        /// The requests that show it.
        package let entries: [Int]
        /// The violations, by request; none for a required rule that was not seen.
        package let problems: [(entry: Int?, problem: String)]

        fileprivate init(
            _ rule: Rule, _ verdict: Findings.Verdict, entries: [Int], problems: [(entry: Int?, problem: String)]
        ) {
            (self.rule, self.verdict, self.entries, self.problems) = (rule, verdict, entries, problems)
        }

        package var id: String { rule.id }
        package var title: String { rule.title }
        /// The rule as a sentence.
        package var sentence: String { rule.sentence }
        package var reference: String { rule.reference }
        package var isAdvice: Bool { rule.isAdvice }
        /// What to change in the client.
        package var remedy: String { rule.remedy }
        /// The violations, each with its request.
        package var problemTexts: [String] {
            problems.map { entry, problem in entry.map { "request \($0): \(problem)" } ?? problem }
        }
    }

    /// A part for each client with a verdict, if there are several; otherwise one for all, without a name.
    package var parts: [Part] {
        let named = namedParts
        return named.count > 1 ? named : [part(of: findings)]
    }

    /// The same parts, those with most failures first.
    package var partsByFailures: [Part] {
        parts.enumerated().sorted { ($1.element.count(.fail), $0.offset) < ($0.element.count(.fail), $1.offset) }
            .map(\.element)
    }

    /// A part for each client with a verdict, and one for what belongs to none of them; one for all when there is none.
    package var namedParts: [Part] {
        let judged = clients.filter { !$0.findings.isEmpty }
        let named = judged.map { part(of: $0.findings, "\($0.name) (\($0.machine))") }
        if judged.isEmpty { return [part(of: findings)] }
        return others.isEmpty ? named : named + [part(of: others, "earlier clients")]
    }

    private func part(of findings: Findings, _ client: String? = nil) -> Part {
        Part(client: client, lines: Rule.allCases.map { line(of: $0, findings) })
    }

    private func line(of rule: Rule, _ findings: Findings) -> Line {
        guard !missing.contains(rule) else {
            return Line(rule, .fail, entries: [], problems: [(nil, "It is required, and no request shows it.")])
        }
        let finding = findings[rule]
        let evidence = finding.broken.isEmpty ? finding.kept : finding.broken.map(\.moment)
        return Line(
            rule, findings.verdict(on: rule), entries: evidence.map(\.entry),
            problems: finding.broken.map { ($0.moment.entry, $0.problem.text) })
    }
}

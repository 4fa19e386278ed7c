public import Primitives

/// The formats of a diagnosis.
extension Diagnosis {
    /// One line per check, for people.
    public var text: String { findings.map(\.line).joined(separator: "\n") }

    /// The lines for a person: checks that were skipped for the same reason share one, failures come last, and the sum
    /// ends it.
    public var overview: String {
        var lines = findings.filter { $0.outcome == .passed }.map(\.line)
        lines += findings.filter { $0.outcome == .note }.map(\.line)
        let skipped = findings.filter { $0.outcome == .skipped }
        var reasons: [String] = []
        for finding in skipped where !reasons.contains(finding.seen) { reasons.append(finding.seen) }
        lines += reasons.map { reason in
            let alike = skipped.filter { $0.seen == reason }
            return alike.count == 1 ? alike[0].line : "\(alike[0].mark)\(alike.count) checks: \(reason.oneLine)"
        }
        lines += findings.filter { $0.outcome == .failed }.map(\.line)
        return lines.joined(separator: "\n") + "\n\n" + sum
    }

    /// Whether ``overview`` has fewer lines than checks.
    public var isFolded: Bool {
        let reasons = findings.filter { $0.outcome == .skipped }.map(\.seen)
        return Set(reasons).count < reasons.count
    }

    /// How many checks had which outcome.
    public var sum: String {
        func count(_ outcome: Outcome) -> Int { findings.count { $0.outcome == outcome } }
        let notes = count(.note)
        return "\(count(.passed)) ok, \(count(.failed)) failed, \(notes) note\(notes == 1 ? "" : "s"), "
            + "\(count(.skipped)) skipped."
    }

    /// The findings for programs.
    public var document: JSONObject {
        let list = findings.map { finding -> JSONValue in
            var one: JSONObject = [
                "check": .string(finding.check.id), "outcome": .string(finding.outcome.rawValue),
                "question": .string(finding.check.question), "reference": .string(finding.check.reference),
                "seen": .string(finding.seen),
            ]
            one["because"] = finding.because.map { .string($0.id) }
            one["clients"] = finding.check.clients.map { .string($0) }
            return .object(one)
        }
        return ["healthy": .bool(isHealthy), "complete": .bool(obstacle == nil), "findings": .array(list)]
    }

    /// The findings as a test report, which CI systems show.
    ///
    /// JUnit has no notes: they are passed tests, with the note as their output.
    public var junit: String {
        func count(_ outcome: Outcome) -> Int { findings.count { $0.outcome == outcome } }
        let cases = findings.map { finding -> String in
            let name = Self.escaped("\(finding.check.id): \(finding.check.question)")
            let who = finding.stumbling.map { " Affected clients: \($0)." } ?? ""
            let seen = Self.escaped("\(finding.seen) (\(finding.check.reference)).\(who)")
            let inside =
                switch finding.outcome {
                case .passed: "<system-out>\(seen)</system-out>"
                case .note: "<system-out>NOTE \(seen)</system-out>"
                case .failed: "<failure message=\"\(seen)\"/>"
                case .skipped: "<skipped message=\"\(seen)\"/>"
                }
            return "  <testcase classname=\"doctor\" name=\"\(name)\">\(inside)</testcase>"
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="doctor" tests="\(findings.count)" failures="\(count(.failed))" skipped="\(count(.skipped))">
            \(cases.joined(separator: "\n"))
            </testsuite>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.oneLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension Diagnosis.Finding {
    /// The line for people.
    fileprivate var line: String {
        let words = "\(mark)\(check.id): \(check.question) (\(check.reference)). \(seen.oneLine)"
        return stumbling.map { "\(words). Affected clients: \($0)." } ?? words
    }

    /// The mark at the beginning of the line.
    fileprivate var mark: String {
        switch outcome {
        case .passed: "ok   "
        case .failed: "FAIL "
        case .note: "NOTE "
        case .skipped: "skip "
        }
    }

    /// The clients that are known to break on the finding.
    fileprivate var stumbling: String? { [.failed, .note].contains(outcome) ? check.clients : nil }
}

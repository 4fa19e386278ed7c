public import Primitives

/// The formats of a diagnosis.
extension Diagnosis {
    /// One line per check, for people.
    public var text: String {
        findings.map { finding in
            let check = finding.check
            let line =
                "\(finding.mark)\(check.id): \(check.question) (\(check.reference)). \(finding.seen)"
            return finding.stumbling.map { "\(line). Affected clients: \($0)." } ?? line
        }.joined(separator: "\n")
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
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension Diagnosis.Finding {
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

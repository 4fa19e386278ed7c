public import MCP

/// What the doctor found: one finding for each check, in the order in which the walk went.
public struct Diagnosis: Sendable {
    /// How a check ended.
    public enum Outcome: String, Sendable {
        /// As it should be.
        case passed
        /// Against what is written.
        case failed
        /// Allowed, but known to make clients stumble; or nothing that can be judged.
        case note
        /// Not looked at, because something before it failed or nobody is logged in.
        case skipped
    }

    /// One finding.
    public struct Finding: Sendable {
        /// What was looked at.
        public let check: DoctorCheck
        /// How it ended.
        public let outcome: Outcome
        /// What was seen.
        public let seen: String
    }

    /// All findings.
    public private(set) var findings: [Finding] = []

    /// Whether nothing failed.
    public var isHealthy: Bool { findings.allSatisfy { $0.outcome != .failed } }

    mutating func add(_ check: DoctorCheck, _ outcome: Outcome, _ seen: String) {
        findings.append(Finding(check: check, outcome: outcome, seen: seen.printable(300)))
    }

    mutating func judge(_ check: DoctorCheck, _ isRight: Bool, _ seen: String) {
        add(check, isRight ? .passed : .failed, seen)
    }

    /// Marks every check that was not reached.
    mutating func finish() {
        for check in DoctorCheck.allCases where !findings.contains(where: { $0.check == check }) {
            add(check, .skipped, "not reached")
        }
        let order = DoctorCheck.allCases
        findings.sort { (order.firstIndex(of: $0.check) ?? 0) < (order.firstIndex(of: $1.check) ?? 0) }
    }

    // MARK: - Forms

    /// One line a check, for people.
    public var text: String {
        findings.map { finding in
            let mark =
                switch finding.outcome {
                case .passed: "ok   "
                case .failed: "FAIL "
                case .note: "note "
                case .skipped: "–    "
                }
            let entry = finding.check.entry
            let who = finding.outcome == .failed ? entry.clients.map { ". Known to stumble: \($0)." } ?? "." : ""
            return "\(mark)\(finding.check.rawValue): \(entry.question) (\(entry.reference)). \(finding.seen)\(who)"
        }.joined(separator: "\n")
    }

    /// The findings for programs.
    public var document: JSONObject {
        let list = findings.map { finding -> JSONValue in
            var one: JSONObject = [
                "check": .string(finding.check.rawValue), "outcome": .string(finding.outcome.rawValue),
                "question": .string(finding.check.entry.question), "reference": .string(finding.check.entry.reference),
                "seen": .string(finding.seen),
            ]
            one["clients"] = finding.check.entry.clients.map { .string($0) }
            return .object(one)
        }
        return ["healthy": .bool(isHealthy), "findings": .array(list)]
    }

    /// The findings as a test report, which CI systems show.
    public var junit: String {
        func count(_ outcome: Outcome) -> Int { findings.count { $0.outcome == outcome } }
        let cases = findings.map { finding -> String in
            let name = Self.escaped("\(finding.check.rawValue): \(finding.check.entry.question)")
            let seen = Self.escaped("\(finding.seen) (\(finding.check.entry.reference))")
            let inside =
                switch finding.outcome {
                case .passed, .note: "<system-out>\(seen)</system-out>"
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

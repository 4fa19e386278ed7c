/// What the doctor found: one finding for each check.
public struct Diagnosis: Sendable {
    /// How a check ended.
    public enum Outcome: String, Sendable {
        /// As it should be.
        case passed
        /// Against what is written.
        case failed
        /// Allowed, or forgiven by most clients, but known to make others stumble.
        case note
        /// Not looked at.
        case skipped

        fileprivate var gravity: Int {
            switch self {
            case .skipped: 0
            case .passed: 1
            case .note: 2
            case .failed: 3
            }
        }
    }

    /// One finding.
    public struct Finding: Sendable {
        /// What was looked at.
        public let check: DoctorCheck
        /// How it ended.
        public let outcome: Outcome
        /// What was seen.
        public let seen: String
        /// For what was not looked at: the check whose finding made that impossible, if it was one.
        public let because: DoctorCheck?
    }

    /// All findings.
    public private(set) var findings: [Finding] = []

    /// What ended the walk although it is allowed: a client or a person that was refused, an answer that was awaited in
    /// vain; nil when nothing did.
    public private(set) var obstacle: ClientError?

    /// Whether nothing failed.
    public var isHealthy: Bool { findings.allSatisfy { $0.outcome != .failed } }

    /// How a check ended; nil as long as it was not looked at.
    func outcome(of check: DoctorCheck) -> Outcome? { findings.first { $0.check == check }?.outcome }

    func hasFailed(_ check: DoctorCheck) -> Bool { outcome(of: check) == .failed }

    mutating func pass(_ check: DoctorCheck, _ seen: String) { add(check, .passed, seen) }

    mutating func fail(_ check: DoctorCheck, _ seen: String) { add(check, .failed, seen) }

    /// Notes what is allowed, and what ends the walk if it does.
    mutating func note(_ check: DoctorCheck, _ seen: String, endingWith obstacle: ClientError? = nil) {
        add(check, .note, seen)
        self.obstacle = self.obstacle ?? obstacle
    }

    mutating func judge(_ check: DoctorCheck, _ isRight: Bool, _ seen: String) {
        add(check, isRight ? .passed : .failed, seen)
    }

    mutating func skip(_ check: DoctorCheck, _ seen: String) { add(check, .skipped, seen) }

    /// Leaves a check out as a consequence of another's finding, or of what led to that.
    mutating func skip(_ check: DoctorCheck, because cause: DoctorCheck) {
        let root = findings.first { $0.check == cause }?.because ?? cause
        add(check, .skipped, "because of \(root.id)", because: root)
    }

    /// Turns failures that another finding explains, and what follows from them, into consequences of it.
    mutating func excuse(_ checks: [DoctorCheck], because cause: DoctorCheck) {
        let explained = checks.filter(hasFailed)
        let affected = findings.filter { finding in
            explained.contains(finding.check) || explained.contains { $0 == finding.because }
        }.map(\.check)
        findings.removeAll { affected.contains($0.check) }
        for check in affected { skip(check, because: cause) }
    }

    /// Adds a finding; of two about one check the graver stays.
    private mutating func add(_ check: DoctorCheck, _ outcome: Outcome, _ seen: String, because: DoctorCheck? = nil) {
        if let position = findings.firstIndex(where: { $0.check == check }) {
            guard outcome.gravity > findings[position].outcome.gravity else { return }
            findings.remove(at: position)
        }
        // The forms end the sentence themselves.
        let words = seen.printable(300)
        let end = words.lastIndex { !". ".contains($0) }.map(words.index(after:)) ?? words.startIndex
        findings.append(Finding(check: check, outcome: outcome, seen: String(words[..<end]), because: because))
    }

    /// Marks every check that was not reached, and puts all in order.
    mutating func finish() {
        for check in DoctorCheck.allCases where outcome(of: check) == nil {
            if let cause = cause(of: check) {
                skip(check, because: cause)
            } else {
                skip(check, "not reached")
            }
        }
        let order = DoctorCheck.allCases
        findings.sort { (order.firstIndex(of: $0.check) ?? 0) < (order.firstIndex(of: $1.check) ?? 0) }
    }

    /// The check at which the way to another one ended: the nearest of those it needs that did not pass.
    private func cause(of check: DoctorCheck) -> DoctorCheck? {
        var step = check.needs
        while let needed = step {
            if let finding = findings.first(where: { $0.check == needed && $0.outcome != .passed }) {
                return finding.check
            }
            step = needed.needs
        }
        return nil
    }
}

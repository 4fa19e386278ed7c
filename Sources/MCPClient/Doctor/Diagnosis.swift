/// The doctor's findings, one for each check.
public struct Diagnosis: Sendable {
    /// The outcome of a check.
    public enum Outcome: String, Sendable {
        /// The server is correct.
        case passed
        /// The server violates a specification.
        case failed
        /// Allowed, or tolerated by most clients, but known to break others.
        case note
        /// Not checked.
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
        /// The check.
        public let check: DoctorCheck
        /// The outcome.
        public let outcome: Outcome
        /// The observation.
        public let seen: String
        /// For a skipped check: the check whose finding made it impossible, if there is one.
        public let because: DoctorCheck?
    }

    /// All findings.
    public private(set) var findings: [Finding] = []

    /// The reason why the examination ended although it is allowed: a refused client or person, or an answer that did
    /// not arrive; nil when it did not end.
    public private(set) var obstacle: ClientError?

    /// Whether nothing failed.
    public var isHealthy: Bool { findings.allSatisfy { $0.outcome != .failed } }

    /// The outcome of a check; nil before it was made.
    func outcome(of check: DoctorCheck) -> Outcome? { findings.first { $0.check == check }?.outcome }

    func hasFailed(_ check: DoctorCheck) -> Bool { outcome(of: check) == .failed }

    mutating func pass(_ check: DoctorCheck, _ seen: String) { add(check, .passed, seen) }

    mutating func fail(_ check: DoctorCheck, _ seen: String) { add(check, .failed, seen) }

    /// Notes a finding that is allowed, and whether it ends the examination.
    mutating func note(_ check: DoctorCheck, _ seen: String, endingWith obstacle: ClientError? = nil) {
        add(check, .note, seen)
        self.obstacle = self.obstacle ?? obstacle
    }

    mutating func judge(_ check: DoctorCheck, _ isRight: Bool, _ seen: String) {
        add(check, isRight ? .passed : .failed, seen)
    }

    mutating func skip(_ check: DoctorCheck, _ seen: String) { add(check, .skipped, seen) }

    /// Skips a check as a consequence of another's finding, or of its cause.
    mutating func skip(_ check: DoctorCheck, because cause: DoctorCheck) {
        let root = findings.first { $0.check == cause }?.because ?? cause
        add(check, .skipped, "because of \(root.id)", because: root)
    }

    /// Turns failures that another finding explains, and their consequences, into consequences of it.
    mutating func excuse(_ checks: [DoctorCheck], because cause: DoctorCheck) {
        let explained = checks.filter(hasFailed)
        let affected = findings.filter { finding in
            explained.contains(finding.check) || explained.contains { $0 == finding.because }
        }.map(\.check)
        findings.removeAll { affected.contains($0.check) }
        for check in affected { skip(check, because: cause) }
    }

    /// Adds a finding; of two about one check the more severe stays.
    private mutating func add(_ check: DoctorCheck, _ outcome: Outcome, _ seen: String, because: DoctorCheck? = nil) {
        if let position = findings.firstIndex(where: { $0.check == check }) {
            guard outcome.gravity > findings[position].outcome.gravity else { return }
            findings.remove(at: position)
        }
        // The formats end the sentence themselves.
        let words = seen.printable(300)
        let end = words.lastIndex { !". ".contains($0) }.map(words.index(after:)) ?? words.startIndex
        findings.append(Finding(check: check, outcome: outcome, seen: String(words[..<end]), because: because))
    }

    /// Skips every check that was not reached, and sorts all.
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

    /// The check that made another one impossible: the nearest of those it needs that did not pass.
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

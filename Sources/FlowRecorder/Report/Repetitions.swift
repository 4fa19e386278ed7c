internal import OAuth
internal import Primitives

/// What the client of a flow was told not to send again, and what it sent all the same; judged when it is read, because
/// later requests may show that the client sends several at once.
struct Repetitions: Sendable {
    /// What should not be sent again.
    enum Subject: Hashable {
        /// A call with a token, or one that lacks a scope.
        case call(Digest)
        /// A message of a session that is gone.
        case session(Digest)
        /// The event stream of a session that is gone.
        case stream(Digest)
        /// The credentials of a client.
        case refusedClient(Digest)
        /// A request with a code that was refused.
        case refusedCode(Digest)
        /// A request with a refresh token that was refused.
        case refusedToken(Digest)
        /// A refresh token that could not be exchanged, for another reason than that it is not valid.
        case failedToken(Digest)
        /// A refresh token that was exchanged for the next one.
        case spentToken(Digest)
    }

    /// How often a client may repeat a refused request.
    static let tolerance = 2
    private static let capacity = 10

    private var answers: [Subject: EarlierAnswer] = [:]
    /// In the order of their first requests.
    private var subjects: [Subject] = []
    /// The findings about subjects that are no longer kept.
    private var settled = Findings()

    subscript(subject: Subject) -> EarlierAnswer? { answers[subject] }

    /// Notes a request that got an answer after which it should not be sent again, or that was sent all the same.
    ///
    /// - Parameter first: the first request, where that was another one.
    mutating func note(_ subject: Subject, _ classified: ClassifiedExchange, after first: EarlierAnswer? = nil) {
        if answers[subject] == nil {
            if subjects.count == Self.capacity { settle(subjects[0]) }
            subjects.append(subject)
            answers[subject] = first
            guard first != nil else { return answers[subject] = EarlierAnswer(classified) }
        }
        answers[subject]?.note(classified)
    }

    /// Judges a subject for the last time: it does not count any more, because the same request went well.
    mutating func settle(_ subject: Subject) {
        guard let answer = answers.removeValue(forKey: subject) else { return }
        Self.judge(subject, answer, &settled)
        subjects.removeAll { $0 == subject }
    }

    // MARK: - Findings

    /// All findings.
    var findings: Findings {
        var findings = settled
        for subject in subjects {
            if let answer = answers[subject] { Self.judge(subject, answer, &findings) }
        }
        return findings
    }

    private static func judge(_ subject: Subject, _ answer: EarlierAnswer, _ findings: inout Findings) {
        let first = answer.moment.entry
        switch subject {
        case .call:
            for again in answer.repetitions.dropFirst(tolerance) {
                findings.breaks(
                    .noRetryStorm, again.moment, "It was refused \(again.answers) times before, with the same token.")
            }
        case .session, .stream:
            let repetitions = answer.repetitions
            let isCertain = if case .stream = subject { false } else { repetitions.contains(where: \.isCertain) }
            for again in repetitions.dropFirst(isCertain ? 0 : tolerance) {
                findings.breaks(
                    .sessionAgain, again.moment, "Request \(first) was told already that the session is gone.")
            }
        case .refusedClient:
            for again in answer.repetitions.dropFirst(tolerance) {
                findings.breaks(
                    .rightAuthentication, again.moment,
                    "It was refused \(again.answers) times before, with the same credentials.")
            }
        case .refusedCode:
            for again in answer.repetitions {
                findings.breaks(.codeOnce, again.moment, "Request \(first) had refused this code already.")
            }
        case .failedToken:
            for again in answer.repetitions.dropFirst(tolerance) {
                findings.breaks(
                    .noRefreshLoop, again.moment, "This refresh token was refused \(again.answers) times before.")
            }
        case .refusedToken:
            for again in answer.repetitions {
                findings.breaks(
                    .noRefreshLoop, again.moment, "Request \(first) had refused this refresh token already.")
            }
        case .spentToken:
            var old = answer.repetitions
            if (2...EarlierAnswer.maximumUnseen).contains(old.count), !old.contains(where: \.isCertain) { old = [] }
            for again in old {
                findings.breaks(
                    .refreshNewest, again.moment, "Request \(first) had brought the next refresh token already.")
            }
            for other in answer.requests(without: old) {
                findings.breaks(
                    .refreshOnce, other.moment, "Request \(first) was refreshing with the same token.")
            }
        }
    }
}

internal import OAuth
internal import Primitives

/// The requests of a flow that were refused for lack of a token.
///
/// They are kept in runs: between two of these the client went on, as far as was known at the time. Clients with the
/// same user agent are hard to tell apart: the discovery that ends a run may turn out to be that of another one, and
/// where several follow a run several clients sent it.
struct AnonymousCalls: Sendable {
    private struct Run {
        var answer: EarlierAnswer
        /// Whether one of them says who its client is.
        var isNamed: Bool
        /// The requests with which a discovery began after it, the first ones.
        var discoveries: [Int] = []
        /// Whether a token was got, or used, after it.
        var isUsed = false

        var isOver: Bool { isUsed || !discoveries.isEmpty }
    }

    private static let (maximumRuns, maximumDiscoveries, maximumDocuments) = (6, 16, 16)

    private var runs: [Run] = []
    /// The documents of the latest discovery.
    private var documents: Set<Digest> = []

    var isEmpty: Bool { runs.isEmpty }

    /// Notes a request.
    ///
    /// - Parameter findings: what is known of the oldest run when there are too many.
    mutating func note(_ classified: ClassifiedExchange, _ findings: inout EarlyFindings) {
        if let last = runs.last, !last.isOver {
            runs[runs.count - 1].answer.note(classified)
            runs[runs.count - 1].isNamed = last.isNamed || classified.tellsClient
        } else {
            if runs.count == Self.maximumRuns {
                AnonymousCalls(runs: [runs.removeFirst()]).judge(&findings) { _ in false }
            }
            runs.append(Run(answer: EarlierAnswer(classified), isNamed: classified.tellsClient))
        }
    }

    /// Notes that metadata are read: a further document is part of the discovery that has begun.
    mutating func noteDiscovery(_ document: Digest?, _ entry: Int) {
        let begins = documents.isEmpty || document.map(documents.contains) ?? true
        if begins || documents.count == Self.maximumDocuments { documents = [] }
        if let document { documents.insert(document) }
        guard begins, !runs.isEmpty, runs[runs.count - 1].discoveries.count < Self.maximumDiscoveries else { return }
        runs[runs.count - 1].discoveries.append(entry)
    }

    /// Notes that the client got or used a token.
    mutating func noteUse() {
        documents = []
        if !runs.isEmpty { runs[runs.count - 1].isUsed = true }
    }

    /// Whether a request came on a connection that was open all along and carried none of the latest ones.
    func isApart(from classified: ClassifiedExchange) -> Bool { runs.last?.answer.isApart(from: classified) ?? false }

    // MARK: - Corrections

    /// Removes some requests; returns the runs that began with one of them.
    mutating func take(_ entries: Set<Int>) -> AnonymousCalls {
        let taken = runs.filter { entries.contains($0.answer.moment.entry) }
        runs.removeAll { entries.contains($0.answer.moment.entry) }
        for index in runs.indices { runs[index].answer.forget(entries) }
        return AnonymousCalls(runs: taken)
    }

    /// Adds runs of another flow.
    mutating func merge(_ other: AnonymousCalls) {
        runs = (runs + other.runs).sorted { $0.answer.moment.entry < $1.answer.moment.entry }.suffix(Self.maximumRuns)
    }

    private init(runs: [Run]) { self.runs = runs }

    init() {}

    // MARK: - Findings

    /// Judges them as far as is known by now.
    ///
    /// - Parameter isForeign: whether a request for metadata is known to be another client's.
    func judge(_ findings: inout EarlyFindings, _ isForeign: (Int) -> Bool) {
        var (refused, answers, isNamed): ([EarlierAnswer.Repetition], Int, Bool) = ([], 0, false)
        for (index, run) in runs.enumerated() {
            if answers > 0 { refused.append(EarlierAnswer.Repetition(moment: run.answer.moment, answers: answers)) }
            refused += run.answer.repetitions.map {
                EarlierAnswer.Repetition(moment: $0.moment, answers: answers + $0.answers)
            }
            answers += run.answer.count
            isNamed = isNamed || run.isNamed
            let own = run.discoveries.filter { !isForeign($0) }
            guard run.isUsed || !own.isEmpty || index == runs.count - 1 else { continue }
            // Each further discovery is that of another client, with a request of its own.
            for again in refused.dropFirst(Repetitions.tolerance + max(0, own.count - 1)) {
                findings[isNamed: isNamed].breaks(
                    .noRetryStorm, again.moment, "It was refused \(again.answers) times before, without a token too.")
            }
            (refused, answers, isNamed) = ([], 0, false)
        }
    }
}

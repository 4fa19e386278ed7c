internal import OAuth
internal import Primitives

/// The requests of a flow that were refused for lack of a token.
///
/// They are kept in runs: between two of these the client went on, as far as was known at the time. Clients with the
/// same user agent are hard to tell apart: the discovery that ends a run may turn out to be that of another one, and
/// where several follow, several clients sent the requests. While these begin they look like one that repeats its
/// request; see ``patience``.
struct AnonymousCalls: Sendable {
    private struct Run {
        var answer: EarlierAnswer
        /// Whether one of them says who its client is.
        var isNamed: Bool
        /// The digest of the name that one of them gives its client.
        var name: Digest?
        /// The requests with which a discovery began after it, the first ones.
        var discoveries: [Int] = []
        /// Whether a token was got, or used, after it.
        var isUsed = false

        var isOver: Bool { isUsed || !discoveries.isEmpty }
    }

    /// Runs that are judged together, because the client did not go on in between.
    private struct Group {
        var refused: [EarlierAnswer.Repetition] = []
        var (answers, discoveries, isNamed) = (0, 0, false)
    }

    /// Who may have sent one of the requests, as far as the flows tell.
    struct Others {
        /// Whether a request for metadata is known to be of another client than that of a name, or else than the
        /// flow's.
        let isForeign: (_ discovery: Int, _ name: Digest?) -> Bool
        /// How many clients that nothing tells apart from the flow's have begun to log in since a request.
        let beginners: (_ request: Int) -> Int

        /// Nothing is known of others.
        static var none: Others { Others(isForeign: { _, _ in false }, beginners: { _ in 0 }) }
    }

    /// How long clients have to go on after their first request, before one is accused of all of them.
    static let patience = Duration.milliseconds(500)
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
            runs[runs.count - 1].name = last.name ?? classified.sender.name
        } else {
            if runs.count == Self.maximumRuns { AnonymousCalls(runs: [runs.removeFirst()]).judge(&findings, .none) }
            runs.append(
                Run(
                    answer: EarlierAnswer(classified), isNamed: classified.tellsClient,
                    name: classified.sender.name))
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

    /// When the latest of so many requests was answered that their client may be accused; nil where there are fewer.
    var latestOfMany: ContinuousClock.Instant? {
        let count = runs.reversed().prefix { !$0.isUsed }.reduce(0) { $0 + $1.answer.count }
        return count > Repetitions.tolerance + 1 ? runs.last?.answer.latestTime : nil
    }

    /// Judges them as far as is known by now.
    func judge(_ findings: inout EarlyFindings, _ others: Others) {
        let groups = groups(others)
        var excess: [[EarlierAnswer.Repetition]] = []
        // Discoveries beyond one for each request are those of clients that sent earlier requests.
        var spare = 0
        for group in groups.reversed() {
            let own = Repetitions.tolerance + max(0, group.discoveries - 1)
            excess.append(Array(group.refused.dropFirst(own + spare)))
            spare = max(0, spare - max(0, group.refused.count - own)) + max(0, group.discoveries - group.answers)
        }
        guard let first = runs.first?.answer.moment.entry, excess.contains(where: { !$0.isEmpty }) else { return }
        var beginners = others.beginners(first)
        for (group, refused) in zip(groups, excess.reversed()) {
            for again in refused.dropFirst(beginners) {
                findings[isNamed: group.isNamed].breaks(
                    .noRetryStorm, again.moment, "It was refused \(again.answers) times before, without a token too.")
            }
            beginners = max(0, beginners - refused.count)
        }
    }

    private func groups(_ others: Others) -> [Group] {
        var groups: [Group] = []
        var group = Group()
        for (index, run) in runs.enumerated() {
            let answers = group.answers
            if answers > 0 {
                group.refused.append(EarlierAnswer.Repetition(moment: run.answer.moment, answers: answers))
            }
            group.refused += run.answer.repetitions.map {
                EarlierAnswer.Repetition(moment: $0.moment, answers: answers + $0.answers)
            }
            group.answers += run.answer.count
            group.isNamed = group.isNamed || run.isNamed
            group.discoveries = run.discoveries.count { !others.isForeign($0, run.name) }
            guard run.isUsed || group.discoveries > 0 || index == runs.count - 1 else { continue }
            groups.append(group)
            group = Group()
        }
        return groups
    }
}

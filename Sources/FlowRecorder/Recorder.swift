package import HTTPEdge
internal import OAuth
package import Primitives
internal import Synchronization

/// Records exchanges: classifies each, finds its flow, judges it by the rules, and keeps an entry of it.
///
/// It takes an ``Exchange`` and answers queries; it knows no route, no setting and no page. Codes, tokens and sessions
/// are kept by digest, in tables of fixed size.
package final class Recorder: Sendable {
    /// Flows, history and rules, which change together.
    private struct State {
        var flows: FlowTable
        var history: CredentialHistory
        var clockMoves = ClockMoves()
        var rules: RuleChecks
        var activity = Activity()

        /// Adds an exchange, and returns whether it is kept, and the number of its flow; nil when it belongs to none.
        ///
        /// One that began before a reset is not kept. What it issued is known afterwards, like what was issued before.
        ///
        /// - Parameter correct: corrects the flow of earlier requests.
        mutating func add(
            _ classified: ClassifiedExchange, _ secrets: SecretScanner, _ correct: (Set<Int>, Int) -> Void
        ) -> (isKept: Bool, flow: Int?) {
            guard classified.exchange.number > rules.beginning else {
                history.note(classified, flow: history.flow(of: classified) ?? flows.nextNumber())
                return (false, nil)
            }
            return (true, addLater(classified, secrets, correct))
        }

        private mutating func addLater(
            _ classified: ClassifiedExchange, _ secrets: SecretScanner, _ correct: (Set<Int>, Int) -> Void
        ) -> Int? {
            let flow = flows.add(classified, history, secrets)
            for correction in flows.takeCorrections() {
                correct(correction.entries, correction.flow)
                rules.move(correction.entries, to: correction.flow)
            }
            for dropped in flows.takeDropped() { rules.drop(dropped, among: flows) }
            guard let flow else { return nil }
            // Nothing is kept about a flow that is not.
            if flows.has(flow) { rules.judge(classified, flow: flow, history, among: flows) }
            history.note(classified, flow: flow)
            activity.note(classified)
            return flow
        }

        /// Clears all but the history.
        ///
        /// - Parameter entry: the number of the last request that began before.
        mutating func clear(after entry: Int) {
            flows.clear()
            activity = Activity()
            rules = rules.reset(after: entry)
        }
    }

    /// The latest entries.
    package let journal: Journal
    /// The counts and durations of answers.
    package let metrics: Metrics
    /// Decides which routine calls are recorded.
    package let sampler: CallSampler
    /// Signals that the records have changed.
    package let changes = ChangeSignal()
    /// The clock of all records.
    package let now: @Sendable () -> Instant
    private let startedAt: Instant
    private let secrets: SecretScanner
    private let background: Background?
    private let queue = RecordingQueue()
    private let state: Mutex<State>

    /// The delay of recording while there are listeners; too short to be noticed on a page.
    private static let shortDelay = Duration.milliseconds(10)
    /// The delay without listeners.
    private static let longDelay = Duration.seconds(1)

    /// Makes an empty recorder.
    ///
    /// - Parameters:
    ///   - secrets: the secrets that no entry may show.
    ///   - clientIDs: the registered clients.
    ///   - resources: the resources that it may name.
    ///   - lifetimes: of what no answer states one for.
    ///   - background: the thread on which exchanges are recorded; nil for recording by ``catchUp()`` alone.
    package init(
        secrets: SecretScanner, clientIDs: [String], resources: KnownResources, lifetimes: Lifetimes = Lifetimes(),
        now: @escaping @Sendable () -> Instant, _ background: Background?
    ) {
        (self.secrets, self.now, self.background) = (secrets, now, background)
        startedAt = now()
        journal = Journal(secrets: secrets)
        sampler = CallSampler()
        metrics = Metrics(sampler)
        state = Mutex(
            State(
                flows: FlowTable(Set(clientIDs.map(Digest.init(of:)))), history: CredentialHistory(lifetimes),
                rules: RuleChecks(clientIDs: clientIDs, resources: resources, secrets)))
    }

    // MARK: - Recording

    /// Queues an exchange for recording on another thread; see ``catchUp()``.
    package func record(_ exchange: Exchange) {
        switch queue.add(exchange) {
        case .scheduled: break
        case .later:
            let delay = changes.count > 0 ? Self.shortDelay : Self.longDelay
            _ = background?.alarm(after: delay) { self.background?.aside { self.catchUp() } }
        case .soon: background?.aside { self.catchUp() }
        case .now: catchUp()
        }
    }

    /// Records an error on an event stream, with the request that the stream answers.
    package func record(_ error: StreamError) {
        catchUp()
        journal.note(error)
        if let flow = journal[error.entry]?.flow { state.withLock { $0.flows.note(error, inFlow: flow) } }
        changes.signal()
    }

    /// Records all queued exchanges; called before the records are read or cleared.
    package func catchUp() { queue.drain(add) }

    private func add(_ exchange: Exchange) {
        let classified = ClassifiedExchange(exchange)
        metrics.count(classified)
        let (isKept, flow) = state.withLock { $0.add(classified, secrets, journal.attribute) }
        guard isKept else { return }
        journal.record(JournalEntry(classified, flow: flow, secrets))
        changes.signal()
    }

    /// Clears entries, flows, verdicts and what the rules remember, and returns the number of entries; the history of
    /// codes, tokens and sessions stays, for hints.
    ///
    /// Requests that are under way are not recorded when they are answered: they are counted, and what they issue is
    /// noted in the history.
    package func forget() -> Int {
        let count = queue.drain(add) {
            let latest = journal.latestNumber
            sampler.clear()
            state.withLock { $0.clear(after: latest) }
            return journal.clear()
        }
        changes.signal()
        return count
    }

    /// Ends the streams of all listeners, and records what is queued.
    package func stop() {
        changes.end()
        catchUp()
    }

    // MARK: - Queries

    /// All flows, the oldest first.
    var flows: [Flow] { state.withLock { $0.flows.all }.map(hidingUnprovenSilence) }

    /// All flows with the verdict on each, the oldest first.
    package var judgedFlows: [JudgedFlow] { judged { $0 } }

    /// The flow with a number and the verdict on it, while it is kept.
    package func judgedFlow(_ number: Int) -> JudgedFlow? { judged { $0.filter { $0.number == number } }.first }

    /// Judges some of the flows.
    private func judged(_ choose: ([Flow]) -> [Flow]) -> [JudgedFlow] {
        let (table, rules, activity, moves) = state.withLock { ($0.flows, $0.rules, $0.activity, $0.clockMoves) }
        let flows = table.all
        let (findings, names) = (rules.findings(about: flows, among: table), table.clientNames(flows))
        var following: [Int: [Flow]] = [:]
        for flow in flows {
            for earlier in flow.follows.map({ [$0] }) ?? flow.attribution.mayFollow {
                following[earlier, default: []].append(flow)
            }
        }
        let unknown = flows.filter {
            $0.attribution.hasLogin && $0.evidence.isEmpty && ($0.prelude.isEmpty || $0.attribution.isDoubtful)
        }
        return choose(flows).map { flow in
            var flow = hidingUnprovenSilence(flow)
            if flow.name == nil { flow.attribution.name = names[flow.number] }
            // A login that was begun anew is another one for the same need.
            let anew = flow.isUnfinishedLogin ? flow.follows.flatMap { following[$0] } ?? [] : []
            return JudgedFlow(
                flow, following: (following[flow.number] ?? []) + anew.filter { $0.number > flow.number },
                unknown: flow.problems.lacksScope
                    ? unknown.filter { $0.number > flow.number && $0.machine == flow.machine } : [],
                brokenRules: findings[flow.number]?.brokenRules ?? [], activity: activity, moves: moves)
        }
    }

    /// The approximate memory of the flows, in bytes.
    var flowsSize: Int { state.withLock(\.flows.size) }

    /// The numbers of the flows that rules know something of.
    var ruledFlows: Set<Int> { state.withLock(\.rules.flows) }

    /// Waits until no verdict depends on what several clients do next that have just begun; at most
    /// ``AnonymousCalls/patience``.
    ///
    /// - Parameter pause: waits for a time.
    package func settle(_ pause: (Duration) async throws -> Void) async rethrows {
        catchUp()
        guard let latest = state.withLock(\.rules.latestOfManyCalls) else { return }
        let left = AnonymousCalls.patience - latest.duration(to: .now)
        guard left > .zero else { return }
        try await pause(left)
        catchUp()
    }

    /// The verdicts on the rules for clients.
    ///
    /// - Throws: when no such client or flow was seen.
    package func report(_ selection: ReportSelection = .all) throws(ReportSelection.Unknown)
        -> ReportDocument
    {
        let (rules, flows) = state.withLock { ($0.rules, $0.flows) }
        return try selection.report(rules, flows)
    }

    /// The most probable cause of a refusal, as far as earlier requests show it.
    ///
    /// - Parameter explanation: the explanation of the refusal, with its subject.
    package func hint(_ request: HTTPRequest, about explanation: Explanation) -> SafeText? {
        catchUp()
        let now = now()
        return state.withLock { state in
            let times = HistoryTimes(now: now, startedAt: startedAt, moves: state.clockMoves)
            return HistoryHints(history: state.history, times: times).hint(request, about: explanation)
        }
    }

    // MARK: - Scenarios

    /// The scenarios that were running when the client of a refused request was told how to make it, by name; nil for
    /// none.
    ///
    /// - Parameters:
    ///   - error: the `error` of the refusal.
    ///   - isStranger: whether it was refused because the client is unknown.
    package func scenarios(
        behind request: HTTPRequest, at endpoint: EndpointName, error: String, isStranger: Bool
    ) -> Set<String?> {
        catchUp()
        let refused = Exchange(
            0, request, HTTPResponse(.badRequest), endpoint: endpoint, time: now(), duration: .zero)
        return state.withLock {
            Guidance(ClassifiedExchange(refused), $0.flows, $0.history).scenarios(
                error: error, isStranger: isStranger)
        }
    }

    /// The scenario that made the code of a token request expire early; nil where the code's own time is over.
    package func scenario(thatExpiredCodeOf request: HTTPRequest) -> String? {
        catchUp()
        guard request.isForm, let form = try? FormParameters(decoding: request.body), let code = form.secret(.code)
        else { return nil }
        let now = now()
        return state.withLock { state in
            guard let known = state.history.codes[code], known.expires.map({ now < $0 }) ?? true else { return nil }
            return known.scenario
        }
    }

    // MARK: - Interventions

    /// Records an intervention, so that hints do not blame a client for it.
    ///
    /// - Parameter cause: what intervened, as the subject of a sentence: `POST /debug/reset`, `Fault 1`.
    package func note(_ intervention: Intervention, by cause: SafeText) {
        catchUp()
        let moment = CredentialHistory.EntryReference(entry: journal.latestNumber, time: now())
        state.withLock { $0.history.note(intervention, by: cause, moment, offset: $0.clockMoves.offset) }
    }

    /// Records that the clock was moved.
    ///
    /// - Parameter offset: the new offset from the real time.
    package func noteClock(offset: Duration) {
        let entry = journal.latestNumber
        state.withLock { $0.clockMoves.move(to: offset, after: entry) }
    }

    /// The flow without the silence of a client whose call may only have been counted.
    private func hidingUnprovenSilence(_ flow: Flow) -> Flow {
        guard let wait = flow.wait, wait.for == .withToken, let latest = sampler.latest, latest >= wait.since.time
        else { return flow }
        var flow = flow
        flow.wait = nil
        return flow
    }
}

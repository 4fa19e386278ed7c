internal import OAuth
internal import Primitives
internal import HTTPEdge
internal import OAuthServer

/// What helps the author of a client to see what it did, to reproduce what a user reported, and to assert it in CI.
final class DebugFeatures: Sendable {
    let access: DebugGuard
    let startedAt: Instant
    let journal: Journal
    let flows: Flows
    let metrics: Metrics
    let routine: CallSampler
    /// Signals each request that was looked at.
    let changes: ChangeSignal
    let clock: DebugClock
    /// The clock of everything that is remembered.
    func now() -> Instant { clock.now() }
    let faults = FaultQueue("fault")
    let scenarios: ScenarioSwitch
    private let backlog: RecordingQueue
    let background: Background

    /// Nil where there is no debugging: with `--no-debug`, and off loopback without `--debug-token`.
    init?(
        _ settings: Settings, now: @escaping @Sendable () -> Instant, throttle: Throttle, _ background: Background
    ) {
        guard settings.debug, settings.debugToken != nil || !settings.isOffLoopback else { return nil }
        startedAt = now()
        let clock = DebugClock(now)
        self.clock = clock
        access = DebugGuard(token: settings.debugToken?.digest, throttle: throttle, now: clock.now)
        let secrets = SecretScanner(settings)
        let (journal, routine) = (Journal(secrets: secrets), CallSampler())
        let flows = Flows(secrets: secrets, clientID: settings.clientID, routine)
        let (metrics, changes) = (Metrics(routine), ChangeSignal())
        self.background = background
        self.routine = routine
        (self.journal, self.flows, self.metrics, self.changes) = (journal, flows, metrics, changes)
        backlog = RecordingQueue(
            { exchange in
                metrics.count(exchange)
                journal.record(JournalEntry(exchange, flow: flows.observe(exchange), secrets))
                changes.signal()
            }, hasListeners: { changes.count > 0 }, background)
        scenarios = ScenarioSwitch(first: settings.scenario.flatMap(Scenario.named))
    }

    /// What a refused request is told beside the standard members; nil: nothing.
    ///
    /// Whoever may use the debug features is told what is wrong with their use.
    ///
    /// - Parameters:
    ///   - origin: our origin as the client spelt it; nil when it named another host.
    ///   - here: the origin of our URLs.
    ///   - entry: the number of the request's entry in the journal, if it gets one.
    func disclosure(
        of explanation: Explanation?, _ request: HTTPRequest, _ origin: Origin?, _ here: String, _ entry: Int?
    ) -> ErrorDetails? {
        let isOurs = Path.isDebug(request.path) && origin.map { access.allows(request, origin: $0) } ?? false
        guard entry != nil || isOurs else { return nil }
        return ErrorDetails(
            url: entry.map { here + Path.debugEntry($0) },
            explanation: isOurs || access.mayKnowReasons(request) ? explanation : nil)
    }

    /// Has a request and its answer remembered, or only counted.
    func observe(
        _ number: Int, _ request: HTTPRequest, _ answer: Answer, time: Instant, since start: ContinuousClock.Instant
    ) {
        let now = ContinuousClock.now
        let duration = start.duration(to: now)
        if answer.isRoutine, !routine.records(duration, until: now, time: time) { return }
        backlog.add(number, request, answer, time: time, duration: duration)
    }

    /// Has what went wrong on an event stream remembered with the request that the stream answers.
    func note(_ error: StreamError) {
        catchUp()
        journal.note(error)
        if let flow = journal[error.entry]?.flow { flows.note(error, inFlow: flow) }
        changes.signal()
    }

    /// Lets everything that was answered be known; to be called before anything here is read or forgotten.
    func catchUp() {
        backlog.clear()
    }

    /// Forgets what was observed; returns how many entries the journal had.
    func forget() -> Int {
        let count = journal.clear()
        routine.clear()
        flows.clear()
        changes.signal()
        return count
    }

    /// Lets go whoever waits for something to happen, because nothing more will, and what waits to be looked at.
    func stop() {
        changes.end()
        backlog.clear()
    }
}

internal import HTTPEdge
internal import OAuth

/// What helps the author of a client to see what it did, to reproduce what a user reported, and to assert it in CI.
struct DebugFeatures: Sendable {
    let access: DebugGuard
    let journal: Journal
    let flows: Flows
    let metrics = Metrics()
    /// Signals each request that was answered.
    let changes = Changes()
    let clock: DebugClock
    let tokens = KnownTokens()
    let sessions = KnownSessions()
    /// The clock of everything that is remembered.
    var now: @Sendable () -> Instant { clock.now }
    let faults = FaultQueue("fault")
    let scenarios: ScenarioSwitch

    /// Nil where there is no debugging: with `--no-debug`, and off loopback without `--debug-token`.
    init?(_ settings: Settings, now: @escaping @Sendable () -> Instant) {
        guard settings.debug, settings.debugToken != nil || !settings.isOffLoopback else { return nil }
        access = DebugGuard(token: settings.debugToken?.digest)
        let secrets = KnownSecrets(settings)
        journal = Journal(secrets: secrets)
        flows = Flows(secrets: secrets, clientID: settings.clientID)
        clock = DebugClock(now)
        scenarios = ScenarioSwitch(first: settings.scenario.flatMap(Scenario.named))
    }

    /// Remembers a request and its answer.
    func observe(_ exchange: Observation) {
        metrics.count(exchange)
        journal.record(JournalEntry(exchange, flow: flows.observe(exchange), journal.secrets))
        changes.signal()
    }

    /// Forgets what was observed; returns how many entries the journal had.
    func forget() -> Int {
        let count = journal.clear()
        flows.clear()
        changes.signal()
        return count
    }

    /// Lets go whoever waits for something to happen, because nothing more will.
    func stop() {
        changes.end()
    }
}

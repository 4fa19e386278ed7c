internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The features for authors of clients: to see what a client did, to reproduce a bug, and to assert behaviour in CI.
final class DebugFeatures: Sendable {
    let access: DebugGuard
    let recorder: Recorder
    let clock: DebugClock
    let faults = FaultQueue("fault")
    let scenarios: ScenarioSwitch
    let background: Background

    /// Nil with debugging off: with `--no-debug`, and off loopback without `--debug-token`.
    init?(
        _ settings: Settings, now: @escaping @Sendable () -> Instant, throttle: Throttle, _ background: Background
    ) {
        guard settings.debug, settings.debugToken != nil || !settings.isOffLoopback else { return nil }
        self.background = background
        clock = DebugClock(now)
        access = DebugGuard(token: settings.debugToken?.digest, throttle: throttle, now: clock.now)
        recorder = Recorder(
            secrets: settings.secretScanner, clientID: settings.clientID, now: clock.now, background)
        scenarios = ScenarioSwitch(first: settings.scenario.flatMap(Scenario.named))
    }

    /// Records a request and its answer, or only counts it.
    func observe(
        _ number: Int, _ request: HTTPRequest, _ endpoint: EndpointName, _ answer: Answer, time: Instant,
        since start: ContinuousClock.Instant
    ) {
        let now = ContinuousClock.now
        let duration = start.duration(to: now)
        if answer.isRoutine, !recorder.sampler.records(duration, until: now, time: time) { return }
        recorder.record(
            Exchange(
                number, request, answer.response, endpoint: endpoint, explanation: answer.explanation,
                fault: answer.fault, scenario: answer.scenario, time: time, duration: duration))
    }
}

extension DebugFeatures: ErrorDebugging {
    func explanation(of problem: Problem, _ request: HTTPRequest) -> Explanation? {
        guard var explanation = problem.explanation, let subject = explanation.subject,
            let hint = recorder.hint(request, about: subject)
        else { return problem.explanation }
        explanation.hint = hint
        return explanation
    }

    /// Makes the details; a client with access to the debug features gets them for mistakes in using these.
    func details(
        of explanation: Explanation?, _ request: HTTPRequest, _ origin: Origin?, _ here: String, _ entry: Int?
    ) -> ErrorDetails? {
        let isOurs = Path.isDebug(request.path) && origin.map { access.allows(request, origin: $0) } ?? false
        guard entry != nil || isOurs else { return nil }
        return ErrorDetails(
            url: entry.map { here + Path.debugEntry($0) },
            explanation: isOurs || access.mayKnowReasons(request) ? explanation : nil)
    }

    func mayKnowReasons(peer: String) -> Bool { access.mayKnowReasons(peer: peer) }

    func recordStreamError(entry: Int, _ explanation: Explanation?, isOfTool: Bool) {
        recorder.record(
            StreamError(entry: entry, time: clock.now(), explanation: explanation, isOfTool: isOfTool))
    }
}

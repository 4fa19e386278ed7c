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
    let faults = FaultQueue()
    let scenarios: ScenarioSwitch
    let background: Background
    private let causes: RefusalCauses

    /// Nil with debugging off: with `--no-debug`, and off loopback without `--debug-token`.
    ///
    /// - Parameter server: an authorization server with the settings of a scenario, or of none, and without grants.
    init?(
        _ settings: Settings, resources: KnownResources, now: @escaping @Sendable () -> Instant, throttle: Throttle,
        _ background: Background, server: @escaping @Sendable (Scenario?) -> AuthorizationServer
    ) {
        guard settings.debug, settings.debugToken != nil || !settings.isOffLoopback else { return nil }
        self.background = background
        causes = RefusalCauses(settings: settings, server: server)
        clock = DebugClock(now)
        access = DebugGuard(token: settings.debugToken?.digest, throttle: throttle, now: clock.now)
        recorder = Recorder(
            secrets: settings.secretScanner, clientIDs: settings.clientIDs, resources: resources,
            lifetimes: Lifetimes(
                code: settings.codeTTL, refreshToken: settings.refreshTokenTTL,
                codeScenarios: Scenario.shortening(.code), tokenScenarios: Scenario.shortening(.access)),
            now: clock.now, background)
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
                fault: answer.fault, intended: answer.intended?.response, scenario: answer.scenario,
                isRewritten: answer.isRewritten, hasEffect: answer.hasEffect, time: time, began: start,
                duration: duration, connection: connection(of: request, answer.response, endpoint)))
    }

    /// The connection of a request.
    ///
    /// What waits and what is unread is asked of the system only for the answers with which later requests are
    /// compared: refusals and tokens.
    private func connection(
        of request: HTTPRequest, _ response: HTTPResponse, _ endpoint: EndpointName
    ) -> Exchange.Connection? {
        request.connection.map {
            let isCompared = response.status.code >= 400 || endpoint == .token
            return Exchange.Connection(
                number: $0.number, opened: $0.opened, waiting: isCompared ? $0.waiting : [],
                unread: isCompared ? $0.unread() : [], end: $0.end)
        }
    }
}

extension DebugFeatures: ErrorDebugging {
    func explanation(of problem: Problem, _ request: HTTPRequest) -> Explanation? {
        var explanation = problem.explanation
        if let known = explanation, let subject = known.subject, let hint = recorder.hint(request, about: known) {
            explanation?.hint = hint
            if subject.isExpired {
                // The lifetime that the place of the refusal knows is not the reason.
                explanation?.expected = "one that has not expired"
                explanation?.received = "one that has expired by the server's clock"
            }
        }
        if let (cause, hint) = causes.cause(of: problem, request, scenarios, recorder) {
            explanation = explanation ?? Explanation()
            explanation?.cause = cause
            if let hint { explanation?.hint = hint }
        }
        guard let scenario = scenarios.running?.scenario, causes.isCause(scenario, of: problem, request) else {
            return explanation
        }
        var named = explanation ?? Explanation()
        let hint = scenario.advice ?? (named.rule?.namesSetting == true ? nil : named.hint)
        named.hint = hint.map { "\($0) \(scenario.hint)" } ?? scenario.hint
        return named
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

internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// Finds the scenario that is to blame for a refusal: a correct client would have sent the same request.
struct RefusalCauses: Sendable {
    let settings: Settings
    /// An authorization server with the settings of a scenario, or of none, and without grants.
    let server: @Sendable (Scenario?) -> AuthorizationServer

    /// The scenario that is to blame, with a hint if the usual one would lead nowhere; nil where the client is.
    func cause(
        of problem: Problem, _ request: HTTPRequest, _ scenarios: ScenarioSwitch, _ recorder: Recorder
    ) -> (cause: SafeText, hint: SafeText?)? {
        let running = scenarios.running?.scenario
        if problem.explanation?.subject == .expiredCode {
            return recorder.scenario(thatExpiredCodeOf: request).map { (Self.named($0), nil) }
        }
        if let running, isToBlame(running, for: problem, request) { return (Self.named(running.name), nil) }
        guard scenarios.hasSwitched, problem.status.code / 100 == 4 || problem.isRedirect else { return nil }
        return cause(of: problem, request, since: running, recorder)
    }

    /// Whether a request would not have been refused without a scenario.
    func isCause(_ scenario: Scenario, of problem: Problem, _ request: HTTPRequest) -> Bool {
        if problem.status == .notFound, scenario.path(request.path) != request.path { return true }
        guard let explanation = problem.explanation, let rule = explanation.rule, scenario.refuses.contains(rule) else {
            return false
        }
        return rule != .clientID
            || settings.clientIDs.contains { explanation.received == "client_id '\(public: $0)'" }
    }

    private func isToBlame(_ scenario: Scenario, for problem: Problem, _ request: HTTPRequest) -> Bool {
        guard isCause(scenario, of: problem, request) else { return false }
        return Self.isServed(request.path, under: nil) || scenario.isToBlame(problem, request, settings)
    }

    private static func named(_ scenario: String) -> SafeText { "the scenario '\(public: scenario)'" }

    // MARK: - Switches

    /// The scenario that was switched off, or on, after the client had been told how to make a request.
    ///
    /// What it was not told of it does as for a server without a scenario, and it tries other ways once it is refused.
    private func cause(
        of problem: Problem, _ request: HTTPRequest, since running: Scenario?, _ recorder: Recorder
    ) -> (cause: SafeText, hint: SafeText?)? {
        let endpoint = Self.endpoint(request.path)
        guard endpoint != .other, !isRight(request, problem, at: endpoint, under: running) else { return nil }
        let told = recorder.scenarios(
            behind: request, at: endpoint, error: problem.error,
            isStranger: problem.explanation?.rule == .clientID
        ).filter { $0 != running?.name }
        guard !told.isEmpty else { return nil }
        let ended = told.lazy.compactMap { $0.flatMap(Scenario.named) }.first {
            isRight(request, problem, at: endpoint, under: $0)
        }
        if let ended {
            return (
                "\(Self.named(ended.name)), which has ended since",
                "It was right under \(Self.named(ended.name)), which has ended since the client was told what to send. "
                    + "Read the metadata again."
            )
        }
        guard let running, isRight(request, problem, at: endpoint, under: nil) else { return nil }
        return ("\(Self.named(running.name)), which has begun since", nil)
    }

    private static func endpoint(_ path: String) -> EndpointName {
        switch path {
        case EndpointPath.token.rawValue: .token
        case EndpointPath.revoke.rawValue: .revoke
        case EndpointPath.introspect.rawValue: .introspect
        case EndpointPath.authorize.rawValue: .authorize
        case Path.login: .login
        default: EndpointName(unservedPath: path)
        }
    }

    /// Whether settings would give no reason for a refusal under a scenario, or under none.
    private func isRight(
        _ request: HTTPRequest, _ problem: Problem, at endpoint: EndpointName, under scenario: Scenario?
    ) -> Bool {
        if endpoint == .metadata || endpoint == .resourceMetadata {
            return Self.isServed(request.path, under: scenario)
        }
        guard let error = OAuthError.Code(rawValue: problem.error) else { return false }
        let (form, query) = (try? request.formParameters(), try? request.queryParameters())
        let path = EndpointPath(rawValue: request.path) ?? .authorize
        let isInQuery = path == .authorize && !(query?.keeping(AuthorizationRequest.parameterNames).isEmpty ?? true)
        guard let parameters = isInQuery ? query : form else { return false }
        return server(scenario).admits(
            parameters, authorization: request.fields["authorization"], at: path, as: error)
    }

    private static func isServed(_ path: String, under scenario: Scenario?) -> Bool {
        let found = scenario.map { $0.path(path) } ?? path
        return found.map { $0 == Path.authorizationServerMetadata || Path.isResourceMetadata($0) } ?? false
    }
}

extension Problem {
    /// Whether it goes to the client through the browser.
    fileprivate var isRedirect: Bool {
        switch form {
        case .redirect, .redirectDocument: true
        case .document, .page, .form, .message: false
        }
    }
}

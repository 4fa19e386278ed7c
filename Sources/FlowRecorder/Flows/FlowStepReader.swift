internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// Derives a step from a classified exchange: the action, its outcome, and the expected next step.
struct FlowStepReader {
    let classified: ClassifiedExchange
    let history: CredentialHistory
    let secrets: SecretScanner

    private var exchange: Exchange { classified.exchange }
    private var status: Int { exchange.status }

    /// The expected step after this one.
    enum Next: Equatable {
        case nothing
        case same
        case wait(ExpectedStep)
    }

    /// The step, and the expected next one.
    var result: (step: FlowStep, next: Next) {
        switch classified.event {
        case .discovery: discovery
        case .authorization(let request, let outcome): authorization(request, outcome)
        case .token(let form, let outcome): token(form, outcome)
        case .introspection: (step(.introspection, outcome: statusText, plainVerdict), .same)
        case .revocation: (step(.revocation, outcome: statusText, plainVerdict), .same)
        case .registration:
            (step(.registration, outcome: "\(statusText): there is no dynamic registration", .wrong), .same)
        case .callback: (step(.callback, outcome: "the code reached this server's own callback page", .fine), .same)
        case .preflight: (step(.preflight, outcome: statusText, plainVerdict), .same)
        case .message: message
        case .other: (step(.other, outcome: statusText, plainVerdict), .same)
        }
    }

    // MARK: - Discovery and authorization

    private var discovery: (FlowStep, Next) {
        guard status == 404 else {
            return (step(.discovery, outcome: statusText, plainVerdict), status < 400 ? .wait(.afterMetadata) : .same)
        }
        return (step(.discovery, outcome: "404: not served at this path, which is allowed", .expected), .same)
    }

    private func authorization(
        _ request: FormParameters, _ outcome: ClassifiedExchange.AuthorizationOutcome
    ) -> (FlowStep, Next) {
        let kind: FlowStep.Kind = exchange.endpoint == .login ? .login : .authorization
        switch outcome {
        case .loginPage:
            let isPage = exchange.endpoint == .login
            return (step(kind, outcome: isPage ? "the login page" : "on to the login page", .fine), .wait(.atLogin))
        case .wrongPassword:
            return (step(kind, outcome: "\(statusText): the person may try again", .expected), .wait(.atLogin))
        case .code: return (step(kind, outcome: "back to the client with a code", .fine), .wait(.withCode))
        case .error("access_denied", _):
            return (step(kind, outcome: "back to the client: the person denied access", .expected), .nothing)
        case .error(let code, let description):
            return (
                step(kind, outcome: "back to the client with \(shown(code)): \(shown(description))", .wrong), .nothing
            )
        case .refused:
            return (step(kind, outcome: "\(statusText), shown to the person only", .wrong), .nothing)
        }
    }

    // MARK: - Tokens

    private func token(_ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome) -> (FlowStep, Next) {
        let grant = form.first(.grantType) ?? "no grant_type"
        let kind: FlowStep.Kind = grant == "refresh_token" ? .refresh : .token
        let title: SafeText = "POST /token, \(shown(grant))"
        switch outcome {
        case .issued(let tokens):
            let lifetime: SafeText = tokens.expiresIn.map { "for \($0) s" } ?? "without a lifetime"
            let refresh: SafeText = tokens.refresh == nil ? "" : " and a refresh token"
            return (step(kind, title, outcome: "an access token \(lifetime)\(refresh)", .fine), .wait(.withToken))
        case .refused(let error):
            return (step(kind, title, outcome: "\(status) \(shown(error))\(description)", .wrong), .nothing)
        }
    }

    /// The server's own words about an error, after a colon.
    private var description: SafeText { classified.errorDescription.map { ": \(shown($0))" } ?? "" }

    // MARK: - Messages

    private var message: (FlowStep, Next) {
        switch (status, exchange.request.method) {
        case (401, _): return refusedToken
        case (403, _) where classified.challengeError == "insufficient_scope":
            let scope = shown(classified.challengeScope ?? "")
            return (
                step(.message, messageTitle, outcome: "403: needs the scope \(scope)", .expected),
                .wait(.afterLackOfScope)
            )
        case (404, _) where classified.requestFields.session != nil && !classified.isModern:
            return (
                step(.message, messageTitle, outcome: "404: this session is not known any more", .expected),
                .wait(.withoutSession)
            )
        case (405, .get):
            return (step(.stream, outcome: "405: no stream of this kind, which is allowed", .expected), .same)
        case (_, .get): return (step(.stream, outcome: statusText, plainVerdict), .same)
        case (_, .delete):
            return (step(.message, "DELETE /mcp, end of the session", outcome: statusText, plainVerdict), .nothing)
        default: return answeredMessage
        }
    }

    private var refusedToken: (FlowStep, Next) {
        guard let bearer = classified.requestFields.bearer else {
            let isFirst = classified.requestFields.session == nil
            let outcome: SafeText = isFirst ? "401 with a challenge, as it should be" : "401: no token this time"
            return (
                step(.challenge, messageTitle, outcome: outcome, isFirst ? .expected : .wrong), .wait(.afterChallenge)
            )
        }
        let token = history.tokens[bearer]
        let isOld = token.map { $0.end != nil || ($0.expires ?? exchange.time) < exchange.time } ?? false
        return (
            step(
                .message, messageTitle,
                outcome: isOld ? "401: this token's time is over" : "401\(description)",
                isOld ? .expected : .wrong), .wait(.afterRefusedToken)
        )
    }

    private var answeredMessage: (FlowStep, Next) {
        if status < 400, let error = classified.rpcError {
            return (
                step(.message, messageTitle, outcome: "error \(error.code): \(shown(error.message))", .wrong), .nothing
            )
        }
        if status < 400, exchange.explanation != nil {
            let isBatch = classified.message == nil
            let outcome: SafeText =
                isBatch ? "\(statusText), and the batch holds an error" : "\(statusText): the tool says that it failed"
            return (step(.message, messageTitle, outcome: outcome, isBatch ? .wrong : .expected), .nothing)
        }
        if classified.responseFields.session != nil {
            return (step(.message, messageTitle, outcome: "a session", .fine), .wait(.afterInitialize))
        }
        let detail: SafeText = status < 400 ? "" : classified.rpcError.map { ": \(shown($0.message))" } ?? ""
        return (step(.message, messageTitle, outcome: "\(statusText)\(detail)", plainVerdict), .nothing)
    }

    /// The message's method, and of a call the tool.
    private var messageTitle: SafeText {
        let message = classified.message
        guard let method = message?["method"]?.string else { return "\(shown(exchange.request.method.rawValue)) /mcp" }
        let tool = method == Method.callTool.rawValue ? message?["params"]?.object?["name"]?.string : nil
        return "POST /mcp \(shown(method))\(tool.map { " \(shown($0))" } ?? "")"
    }

    // MARK: - Words

    private func step(
        _ kind: FlowStep.Kind, _ title: SafeText? = nil, outcome: SafeText, _ verdict: FlowStep.Verdict
    ) -> FlowStep {
        FlowStep(
            kind: kind, title: title ?? "\(shown(exchange.request.method.rawValue)) \(shown(exchange.request.path))",
            outcome: outcome, verdict: verdict, status: status, explanation: exchange.explanation,
            fault: exchange.fault, scenario: exchange.scenario, first: classified.moment, last: classified.moment)
    }

    private var plainVerdict: FlowStep.Verdict { status >= 400 || status == 0 ? .wrong : .fine }

    private var statusText: SafeText {
        status == 0 ? "no answer" : "\(status) \(public: HTTPStatus(status).phrase)"
    }

    /// Text that the client chose.
    private func shown(_ text: String) -> SafeText { secrets.excerpt(text) }
}

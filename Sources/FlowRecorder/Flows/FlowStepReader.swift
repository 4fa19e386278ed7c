internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// Derives a step from a classified exchange: the action, its outcome, and the expected next step.
struct FlowStepReader {
    let classified: ClassifiedExchange
    let history: CredentialHistory
    let secrets: SecretScanner

    var exchange: Exchange { classified.exchange }
    var status: Int { exchange.status }

    /// The expected step after this one.
    enum Next: Equatable {
        case nothing
        case same
        case wait(ExpectedStep)
    }

    /// The step, and the expected next one.
    var result: (step: FlowStep, next: Next) {
        let (answered, next) = answered
        var step = answered
        step.isRewritten = exchange.isRewritten
        step.trace = classified.trace(secrets)?.id
        if step.problem != nil {
            step.intervention = intervention
            step.cause = intervention ?? exchange.causeOfRefusal ?? earlierFault
        }
        guard let damage = classified.damage else {
            if step.verdict == .fine { step.uses = uses }
            return (step, next)
        }
        (step.outcome, step.verdict) = ("\(statusText), but \(damage)", .wrong)
        (step.problem, step.achievement) = (step.problem ?? Self.problem(step.kind), nil)
        step.cause = exchange.fault
        return (step, .same)
    }

    /// The step as the status of the answer tells it.
    private var answered: (step: FlowStep, next: Next) {
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
            let verdict = plainVerdict
            return (step(.discovery, outcome: statusText, verdict), verdict == .fine ? .wait(.afterMetadata) : .same)
        }
        return (step(.discovery, outcome: "404: not served at this path, which is allowed", .expected), .same)
    }

    private func authorization(
        _ request: FormParameters, _ outcome: ClassifiedExchange.AuthorizationOutcome
    ) -> (FlowStep, Next) {
        let kind: FlowStep.Kind = exchange.endpoint == .login ? .login : .authorization
        guard status != 0 else { return (step(kind, outcome: statusText, .wrong), .same) }
        switch outcome {
        case .loginPage:
            let outcome: SafeText = exchange.endpoint == .login ? "the login page" : "on to the login page"
            return (step(kind, outcome: outcome, .fine, .authorization), .wait(.atLogin))
        case .wrongPassword:
            let outcome: SafeText = "\(statusText): the person may try again"
            return (step(kind, outcome: outcome, .expected, problem: .wrongPassword), .wait(.atLogin))
        case .code:
            let change = exchange.isRewritten ? exchange.scenario : nil
            let suffix: SafeText = change.map { ", in an answer that the scenario '\(public: $0)' changed" } ?? ""
            return (step(kind, outcome: "back to the client with a code\(suffix)", .fine, .login), .wait(.withCode))
        case .error("access_denied", _):
            let whose = exchange.isRewritten ? exchange.scenario : nil
            let outcome: SafeText =
                "back to the client: \(whose.map { "the scenario '\(public: $0)'" } ?? "the person") denied access"
            return (step(kind, outcome: outcome, .expected, .denial(scope: request.first(.scope))), .nothing)
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
            let achieved: Achievement = kind == .refresh ? .refresh(scope: tokens.scope) : .token(scope: tokens.scope)
            return (
                step(kind, title, outcome: "an access token \(lifetime)\(refresh)", .fine, achieved), .wait(.withToken)
            )
        case .refused(let error):
            let outcome: SafeText = error.isEmpty ? statusText : "\(status) \(shown(error))\(description)"
            if exchange.explanation?.subject == .expiredRefreshToken {
                return (step(kind, title, outcome: outcome, .expected, problem: .refresh), .wait(.afterRefusedRefresh))
            }
            return (step(kind, title, outcome: outcome, .wrong), next(after: kind, error))
        }
    }

    /// The step after a refused token request: what is refused as it stands calls for a new authorization.
    private func next(after kind: FlowStep.Kind, _ error: String) -> Next {
        guard (400..<500).contains(status), status != HTTPStatus.tooManyRequests.code else { return .nothing }
        if kind == .refresh { return .wait(.afterRefusedRefresh) }
        return error == "invalid_grant" || exchange.causeOfRefusal != nil ? .wait(.afterRefusedCode) : .nothing
    }

    /// The server's own words about an error, after a colon.
    private var description: SafeText { classified.errorDescription.map { ": \(shown($0))" } ?? "" }

    // MARK: - Messages

    private var message: (FlowStep, Next) {
        switch (status, exchange.request.method) {
        case (401, _): return refusedToken
        case (403, _) where classified.challengeError == "insufficient_scope":
            let scope = classified.challengeScope ?? ""
            var step = step(
                .message, messageTitle, outcome: "403: needs the scope \(shown(scope))", .expected,
                problem: .lackOfScope)
            step.scope = scope
            return (step, .wait(.afterLackOfScope))
        case (404, _) where classified.requestFields.session != nil && !classified.isModern: return lostSession
        case (405, .get):
            return (step(.stream, outcome: "405: no stream of this kind, which is allowed", .expected), .same)
        case (_, .get): return (step(.stream, outcome: statusText, plainVerdict), .same)
        case (_, .delete): return (step(.message, Self.endOfSession, outcome: statusText, plainVerdict), .nothing)
        default: return answeredMessage
        }
    }

    private var lostSession: (FlowStep, Next) {
        if exchange.request.method == .delete {
            let outcome: SafeText = "404: this session has ended already"
            return (step(.message, Self.endOfSession, outcome: outcome, .expected), .nothing)
        }
        let ended = exchange.request.method == .post ? endedSession : nil
        let reason: SafeText =
            ended.map { "the client itself ended this session, in request \($0.entry)" }
            ?? "this session is not known any more"
        let step = step(
            .message, messageTitle, outcome: "404: \(reason)", ended == nil ? .expected : .wrong, problem: .lostSession)
        return (step, .wait(.withoutSession))
    }

    private var refusedToken: (FlowStep, Next) {
        guard let bearer = classified.requestFields.bearer else {
            let isFirst = classified.requestFields.session == nil
            let outcome: SafeText = isFirst ? "401 with a challenge, as it should be" : "401: no token this time"
            let problem: ProblemKind? = isFirst ? nil : .refusedToken
            return (
                step(.challenge, messageTitle, outcome: outcome, isFirst ? .expected : .wrong, problem: problem),
                .wait(.afterChallenge)
            )
        }
        let token = history.tokens[bearer]
        let isOld =
            token.map { $0.end != nil || ($0.expires ?? exchange.time) < exchange.time } ?? false
            || exchange.explanation?.subject == .expiredAccessToken || history.endings[bearer] != nil
        return (
            step(
                .message, messageTitle,
                outcome: isOld ? "401: this token's time is over" : "401\(description)",
                isOld ? .expected : .wrong, problem: .refusedToken), .wait(.afterRefusedToken)
        )
    }

    private var answeredMessage: (FlowStep, Next) {
        if status < 400, let error = classified.rpcError {
            let outcome: SafeText = "error \(error.code): \(shown(error.message))"
            return (step(.message, messageTitle, outcome: outcome, .wrong, problem: problemOfMessage), .nothing)
        }
        if status == 202, exchange.explanation != nil {
            let outcome: SafeText = "202: it has no id, so nothing answers it"
            return (step(.message, messageTitle, outcome: outcome, .wrong, problem: problemOfMessage), .nothing)
        }
        if status < 400, exchange.explanation != nil {
            let isBatch = classified.message == nil
            let outcome: SafeText =
                isBatch ? "\(statusText), and the batch holds an error" : "\(statusText): the tool says that it failed"
            return (step(.message, messageTitle, outcome: outcome, isBatch ? .wrong : .expected), .nothing)
        }
        if classified.responseFields.session != nil {
            return (step(.message, messageTitle, outcome: "a session", .fine, .session), .wait(.afterInitialize))
        }
        let detail: SafeText = status < 400 ? "" : classified.rpcError.map { ": \(shown($0.message))" } ?? ""
        return (
            step(
                .message, messageTitle, outcome: "\(statusText)\(detail)", plainVerdict, .message,
                problem: problemOfMessage), .nothing
        )
    }

    private var problemOfMessage: ProblemKind {
        classified.rpcError?.code == JSONRPCError.Code.unsupportedProtocolVersion.rawValue ? .unknownRevision : .request
    }

    /// The message's method, and of a call the tool; of a batch those of the first few messages.
    private var messageTitle: SafeText {
        let messages = classified.messages
        let names = messages.prefix(Self.maximumNames).compactMap(name(of:))
        guard !names.isEmpty else { return "\(shown(exchange.request.method.rawValue)) /mcp" }
        let all = SafeText(names, separator: ", ")
        guard classified.isBatch else { return "POST /mcp \(all)" }
        return "POST /mcp batch of \(messages.count): \(all)\(messages.count > Self.maximumNames ? ", …" : "")"
    }

    private static let maximumNames = 5
    private static let endOfSession: SafeText = "DELETE /mcp, end of the session"

    private func name(of message: JSONObject) -> SafeText? {
        guard let method = message["method"]?.string else { return nil }
        let tool = method == Method.callTool.rawValue ? message["params"]?.object?["name"]?.string : nil
        return "\(shown(method))\(tool.map { " \(shown($0))" } ?? "")"
    }

    // MARK: - Words

    /// - Parameters:
    ///   - achievement: what a step that is fine achieved.
    ///   - problem: the kind of problem of a step that is wrong, or expected but for the client to deal with.
    private func step(
        _ kind: FlowStep.Kind, _ title: SafeText? = nil, outcome: SafeText, _ verdict: FlowStep.Verdict,
        _ achievement: Achievement? = nil, problem: ProblemKind? = nil
    ) -> FlowStep {
        let title = title ?? "\(shown(exchange.request.method.rawValue)) \(shown(exchange.request.path))"
        let problem = verdict == .wrong ? problem ?? Self.problem(kind) : verdict == .expected ? problem : nil
        return FlowStep(
            kind: kind, title: title, outcome: outcome, verdict: verdict, status: status,
            explanation: exchange.explanation, fault: exchange.fault, scenario: exchange.scenario,
            duration: exchange.duration, first: classified.moment, last: classified.moment, attempt: attempt(title),
            problem: problem, achievement: problem == nil ? achievement : nil)
    }

    /// The kind of problem of a step that went wrong, where nothing more is known.
    private static func problem(_ kind: FlowStep.Kind) -> ProblemKind {
        switch kind {
        case .discovery: .discovery
        case .registration: .registration
        case .authorization, .login, .callback: .authorization
        case .token: .token
        case .refresh: .refresh
        case .challenge, .message, .stream, .introspection, .revocation, .preflight, .other: .request
        }
    }

    /// What the request was an attempt at; nil for a message without a method.
    private func attempt(_ title: SafeText) -> SafeText? {
        switch classified.event {
        case .discovery: exchange.endpoint == .metadata ? FlowStep.serverMetadata : FlowStep.resourceMetadata
        case .authorization: "authorization"
        case .token(let form, _): "grant \(shown(Self.grant(of: form)))"
        case .message where exchange.request.method == .post && classified.messages.allSatisfy(\.isUnnamed): nil
        default: title
        }
    }

    /// The grant that a token request means; where its name is wrong the parameters tell.
    private static func grant(of form: FormParameters) -> String {
        let grants = ["authorization_code", "refresh_token", "client_credentials"]
        if let grant = form.first(.grantType), grants.contains(grant) { return grant }
        if form.first(.code) != nil { return "authorization_code" }
        return form.first(.refreshToken) == nil ? "client_credentials" : "refresh_token"
    }

    private var plainVerdict: FlowStep.Verdict { status >= 400 || status == 0 ? .wrong : .fine }

    private var statusText: SafeText {
        status == 0 ? "no answer" : "\(status) \(public: HTTPStatus(status).phrase)"
    }

    /// Text that the client chose.
    private func shown(_ text: String) -> SafeText { secrets.excerpt(text) }
}

extension JSONObject {
    /// Whether it is no message with a method.
    fileprivate var isUnnamed: Bool { self["method"]?.string == nil }
}

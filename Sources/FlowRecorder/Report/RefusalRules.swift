internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The rules of requests that the MCP server has refused.
///
/// A refusal may be the work of a fault or scenario; what comes after it is the client's own.
extension RuleChecks {
    mutating func judgeRefusal(
        _ classified: ClassifiedExchange, _ session: CredentialHistory.Session?, _ history: CredentialHistory
    ) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        switch exchange.status {
        case 401 where classified.requestFields.bearer == nil:
            if session != nil {
                record.findings.breaks(.tokenAlways, moment, "A request of a session came without its token.")
            }
            if classified.isAnonymousCall { record.noteAnonymousCall(classified) }
        case 401: judgeRefusedToken(nil, classified)
        case 403: judgeForbidden(classified, history)
        case 404: judgeLostSession(classified)
        case 400 where !exchange.isPlanted: judgeBadMessage(classified)
        default: break
        }
    }

    // MARK: - Tokens and sessions

    /// - Parameter scope: the scope that was missing; a call that needs another one is no repetition.
    private mutating func judgeRefusedToken(_ scope: String?, _ classified: ClassifiedExchange) {
        guard let bearer = classified.requestFields.bearer else { return }
        record.refusedToken = record.refusedToken ?? classified.moment
        record.repetitions.note(.call(scope.map { Digest(of: bearer.hex + $0) } ?? bearer), classified)
        if scope == nil { record.newTokens.refuse(bearer) }
        if classified.exchange.status == HTTPStatus.unauthorized.code { record.endGrant() }
    }

    private mutating func judgeForbidden(_ classified: ClassifiedExchange, _ history: CredentialHistory) {
        let scope = classified.challengeError == "insufficient_scope" ? classified.challengeScope : nil
        if let scope {
            record.lackOfScope = FlowRecord.LackOfScope(
                moment: classified.moment, scope: scope,
                expires: classified.requestFields.bearer.flatMap { history.tokens[$0]?.expires })
        }
        judgeRefusedToken(scope, classified)
    }

    private mutating func judgeLostSession(_ classified: ClassifiedExchange) {
        guard let session = classified.requestFields.session, !classified.isModern else { return }
        // To end what is gone is of no harm; its answer may have been lost.
        guard classified.exchange.request.method != .delete else { return record.end(session) }
        record.lostSession = record.lostSession ?? classified.moment
        record.end(session)
        record.newSessions.refuse(session)
        switch classified.exchange.request.method {
        case .post: record.repetitions.note(.session(session), classified)
        case .get: record.repetitions.note(.stream(session), classified)
        default: break
        }
    }

    // MARK: - Messages

    private mutating func judgeBadMessage(_ classified: ClassifiedExchange) {
        let moment = classified.moment
        let error = classified.rpcError
        if error?.code == JSONRPCError.Code.headerMismatch.rawValue {
            return record.findings.breaks(
                .modernHeaders, moment, "A header field contradicts the body, or is missing.")
        }
        guard classified.exchange.request.method == .post, !classified.isBatch,
            Self.problem(ofBody: classified, nil) == nil
        else { return }
        let method = classified.message?[Member.method]?.string
        // A client may send a ping before initialize.
        let mayComeFirst = method == Method.initialize.rawValue || method == Method.ping.rawValue && !record.hasSession
        // A request of an unknown revision is another matter.
        if error?.code == JSONRPCError.Code.invalidRequest.rawValue, classified.requestFields.session == nil,
            !classified.isModern, !mayComeFirst
        {
            record.findings.breaks(
                .sessionSent, moment,
                record.hasSession
                    ? "A request after initialize has no Mcp-Session-Id."
                    : "The request has no Mcp-Session-Id, which the answer to initialize brings.")
        }
    }
}

extension ClassifiedExchange {
    /// Whether a client was refused for lack of a token; a person who looks at the address with a browser is none.
    var isAnonymousCall: Bool {
        exchange.status == HTTPStatus.unauthorized.code && requestFields.bearer == nil
            && exchange.request.fields.first("sec-fetch-mode") != "navigate"
    }

    /// Whether a message was answered other than with 401, so that its token is of use.
    var usesToken: Bool {
        requestFields.bearer != nil && exchange.status != HTTPStatus.unauthorized.code && !exchange.isPlanted
    }
}

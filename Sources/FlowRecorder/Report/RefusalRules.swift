internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The rules of requests that the MCP server has refused.
///
/// A refusal may be the work of a fault or scenario; what comes after it is the client's own.
extension RuleChecks {
    mutating func judgeRefusal(_ classified: ClassifiedExchange, _ session: CredentialHistory.Session?) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        switch exchange.status {
        case 401 where classified.requestFields.bearer == nil:
            if session != nil {
                record.findings.breaks(.tokenAlways, moment, "A request of a session came without its token.")
            }
            judgeAnonymous(classified)
        case 401: judgeRepetition(nil, classified)
        case 403: judgeForbidden(classified)
        case 404: judgeLostSession(classified)
        case 400 where !exchange.isPlanted: judgeBadMessage(classified)
        default: break
        }
    }

    // MARK: - Repetition

    private mutating func judgeAnonymous(_ classified: ClassifiedExchange) {
        guard record.challenged?.isIgnored(by: classified.exchange) != nil else {
            return record.challenged = EarlierAnswer(classified)
        }
        guard let refusal = record.challenged, refusal.ignored >= Self.maximumRepetitions else { return }
        record.earlyFindings.breaks(
            .noRetryStorm, classified.moment, "It was refused \(refusal.ignored) times before, without a token too.")
    }

    /// - Parameter scope: the scope that was missing; a call that needs another one is no repetition.
    private mutating func judgeRepetition(_ scope: String?, _ classified: ClassifiedExchange) {
        guard let bearer = classified.requestFields.bearer else { return }
        record.refusedToken = record.refusedToken ?? classified.moment
        let key = scope.map { Digest(of: bearer.hex + $0) } ?? bearer
        guard let refusal = ignored(key, classified), refusal.ignored >= Self.maximumRepetitions else { return }
        record.findings.breaks(
            .noRetryStorm, classified.moment, "It was refused \(refusal.ignored) times before, with the same token.")
    }

    /// The earlier refusal that a request ignores; the first one is remembered.
    private mutating func ignored(_ key: Digest, _ classified: ClassifiedExchange) -> EarlierAnswer? {
        guard refusals[key] != nil else {
            refusals[key] = EarlierAnswer(classified)
            return nil
        }
        var isIgnored = false
        refusals.change(key) { isIgnored = $0.isIgnored(by: classified.exchange) }
        return isIgnored ? refusals[key] : nil
    }

    private mutating func judgeForbidden(_ classified: ClassifiedExchange) {
        let scope = classified.challengeError == "insufficient_scope" ? classified.challengeScope : nil
        if let scope { record.lackOfScope = FlowRecord.LackOfScope(moment: classified.moment, scope: scope) }
        judgeRepetition(scope, classified)
    }

    private mutating func judgeLostSession(_ classified: ClassifiedExchange) {
        guard let session = classified.requestFields.session, !classified.isModern else { return }
        record.lostSession = record.lostSession ?? classified.moment
        record.end(session)
        guard classified.exchange.request.method == .post, let lost = ignored(session, classified) else { return }
        record.findings.breaks(
            .sessionAgain, classified.moment, "Request \(lost.moment.entry) was told already that the session is gone.")
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
        // A request of an unknown revision is another matter.
        if error?.code == JSONRPCError.Code.invalidRequest.rawValue, classified.requestFields.session == nil,
            !classified.isModern, classified.message?[Member.method]?.string != Method.initialize.rawValue
        {
            record.findings.breaks(.sessionSent, moment, "A request after initialize has no Mcp-Session-Id.")
        }
    }
}

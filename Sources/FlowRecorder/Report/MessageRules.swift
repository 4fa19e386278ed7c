internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The rules of requests to the MCP server.
extension RuleChecks {
    mutating func judgeMessage(_ classified: ClassifiedExchange, _ history: CredentialHistory) {
        let exchange = classified.exchange
        if classified.mayAskClient { record.hasPlantedRequest = true }
        if let revision = classified.askedRevision { record.note(revision: revision) }
        let session = session(classified, history)
        judgeTokenPlace(classified)
        if classified.requestFields.bearer != nil {
            if exchange.request.method == .post { judgeForm(classified, session) }
            if let session { judgeVersion(session, classified) }
            if exchange.request.fields[HeaderName.session].count > 1 {
                record.findings.doubts(.sessionSent, classified.moment)
            }
        }
        forgetEndedSession(classified, history)
        if classified.usesToken {
            record.newTokens.accept()
            record.hasUsedToken = true
        }
        // A scenario may hide a refusal in a success.
        if exchange.status < 400, !exchange.isRewritten || exchange.explanation == nil {
            judgeSuccess(classified, session)
        } else if exchange.status >= 400 {
            judgeRefusal(classified, session, history)
        }
    }

    /// A client may leave a session that is gone, or may seem to be, because of a fault, a scenario or `/debug`.
    private mutating func forgetEndedSession(_ classified: ClassifiedExchange, _ history: CredentialHistory) {
        for open in record.openSessions where history.endings[open.session] != nil { record.end(open.session) }
        if let session = classified.requestFields.session, !(1..<400).contains(classified.exchange.status),
            classified.exchange.isPlanted || classified.exchange.isRewritten
        {
            record.end(session)
        }
    }

    private mutating func judgeSuccess(_ classified: ClassifiedExchange, _ session: CredentialHistory.Session?) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        // A fault may answer anything.
        guard let bearer = classified.requestFields.bearer, !classified.isHarmed else { return }
        record.findings.keeps(.tokenInHeader, moment)
        // What went well after all was not repeated in vain.
        record.repetitions.settle(.call(bearer))
        if exchange.request.method == .post {
            judgeResponses(classified)
            if classified.isModern { return record.findings.keeps(.modernHeaders, moment) }
        }
        if let opened = classified.responseFields.session { noteSession(opened, moment) }
        guard let digest = classified.requestFields.session else { return }
        if exchange.request.method == .post, exchange.status == 200 { record.newSessions.accept() }
        if exchange.request.method == .delete { record.end(digest) } else { record.use(digest) }
        record.repetitions.settle(.session(digest))
        record.repetitions.settle(.stream(digest))
        if let session { judgeSession(session, classified) }
    }

    private mutating func noteSession(_ opened: Digest, _ moment: CredentialHistory.EntryReference) {
        record.newSessions.issue(opened, moment)
        record.open(opened, moment)
    }

    private mutating func judgeSession(_ session: CredentialHistory.Session, _ classified: ClassifiedExchange) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        record.findings.keeps(.sessionSent, moment)
        record.findings.keeps(.tokenAlways, moment)
        if exchange.request.method == .delete { return record.findings.keeps(.sessionEnded, moment) }
        guard exchange.request.method == .post, !session.isInitialized else { return }
        for message in classified.messages {
            guard let method = message[Member.method]?.string else { continue }
            if message[Member.id] == nil {
                if method == NotificationName.initialized { return record.findings.keeps(.initialized, moment) }
            } else if method != Method.ping.rawValue {
                return record.findings.breaks(
                    .initialized, moment, "A request came before notifications/initialized.")
            }
        }
    }

    // MARK: - Answers to the server

    /// Judges the client's answers; this server sends no requests, so that only a fault can have asked for one.
    private mutating func judgeResponses(_ classified: ClassifiedExchange) {
        let response = classified.messages.first {
            $0[Member.method] == nil && ($0[Member.result] != nil || $0[Member.error] != nil)
        }
        if let response, let problem = Self.problem(ofResponse: response) ?? unasked(response) {
            record.findings.breaks(.askedResponse, classified.moment, problem)
        }
    }

    private func unasked(_ response: JSONObject) -> SafeText? {
        guard !record.hasPlantedRequest, let id = response[Member.id] else { return nil }
        return "The server sent no request with this id, \(id.kind)."
    }

    private static func problem(ofResponse response: JSONObject) -> SafeText? {
        if response[Member.id] == nil { return "The answer has no id." }
        if let result = response[Member.result] {
            if response[Member.error] != nil { return "The answer has a result and an error." }
            if result.object == nil { return "The result is \(result.kind); a result is an object." }
        } else if response[Member.error]?.object?["code"]?.number?.intValue == nil {
            return "The error has no code that is an integer."
        }
        return nil
    }
}

extension ClassifiedExchange {
    /// The revision that `initialize` asks for.
    fileprivate var askedRevision: String? {
        guard let message, message[Member.method]?.string == Method.initialize.rawValue else { return nil }
        return message[Member.params]?.object?["protocolVersion"]?.string
    }
}

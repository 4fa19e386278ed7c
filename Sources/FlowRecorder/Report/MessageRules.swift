internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The rules of requests to the MCP server.
extension RuleChecks {
    mutating func judgeMessage(
        _ classified: ClassifiedExchange, _ flow: Int, _ machine: String, _ history: CredentialHistory
    ) {
        let (exchange, entry) = (classified.exchange, classified.exchange.number)
        if exchange.request.query != nil, classified.query?.secret(.accessToken) != nil {
            findings.breaks(.tokenInHeader, entry, "The access token is in the URL.")
        }
        if exchange.status < 400 {
            judgeSuccess(classified, machine, history)
        } else {
            judgeRefusal(classified, flow, machine, history)
        }
    }

    // MARK: - Successful requests

    private mutating func judgeSuccess(
        _ classified: ClassifiedExchange, _ machine: String, _ history: CredentialHistory
    ) {
        let (exchange, entry) = (classified.exchange, classified.exchange.number)
        let request = exchange.request
        findings.keeps(.tokenInHeader, entry)
        if request.method == .post {
            findings.keeps(.accept, entry)
            findings.keeps(.contentType, entry)
            findings.keeps(.jsonRPC, entry)
            if classified.isModern { return findings.keeps(.modernHeaders, entry) }
        }
        if classified.responseFields.session != nil, obligations[machine]?.lostSession ?? false {
            require(machine) { $0.lostSession = false }
            findings.keeps(.sessionAgain, entry)
        }
        if let digest = classified.requestFields.session, let session = history.sessions[digest] {
            judgeSession(session, classified)
        }
    }

    private mutating func judgeSession(_ session: CredentialHistory.Session, _ classified: ClassifiedExchange) {
        let (exchange, entry) = (classified.exchange, classified.exchange.number)
        findings.keeps(.sessionSent, entry)
        findings.keeps(.tokenAlways, entry)
        if exchange.request.method == .delete { return findings.keeps(.sessionEnded, entry) }
        if session.version >= Self.firstVersionWithHeader {
            let version = exchange.request.fields.first(HeaderName.protocolVersion)
            findings.judge(
                .versionHeader, entry, isKept: version == session.version,
                "\(public: HeaderName.protocolVersion) is \(public: version ?? "missing"); \(public: session.version) was "
                    + "agreed on.")
        }
        guard exchange.request.method == .post, !session.isInitialized else { return }
        if exchange.status == 202 {
            if classified.isInitialized { findings.keeps(.initialized, entry) }
        } else if let method = classified.message?["method"]?.string, method != "ping" {
            findings.breaks(.initialized, entry, "A request came before notifications/initialized.")
        }
    }

    private static let firstVersionWithHeader = "2025-06-18"

    // MARK: - Refused requests

    private mutating func judgeRefusal(
        _ classified: ClassifiedExchange, _ flow: Int, _ machine: String, _ history: CredentialHistory
    ) {
        let (exchange, entry) = (classified.exchange, classified.exchange.number)
        let session = classified.requestFields.session.flatMap { history.sessions[$0] }
        switch exchange.status {
        case 401 where classified.requestFields.bearer == nil:
            if session != nil {
                findings.breaks(.tokenAlways, entry, "A request of a session came without its token.")
            }
            var discovery = discoveries[flow] ?? Discovery()
            discovery.challenge = discovery.challenge ?? entry
            discovery.challengeScope = classified.challengeScope
            discoveries[flow] = discovery
            judgeRepetition(of: Digest(of: "flow \(flow)"), classified, machine)
        case 401, 403:
            if classified.challengeError == "insufficient_scope" {
                require(machine) { $0.scope = classified.challengeScope }
            }
            if let bearer = classified.requestFields.bearer { judgeRepetition(of: bearer, classified, machine) }
        case 404: judgeLostSession(session, classified, machine)
        case 406: findings.breaks(.accept, entry, "Accept lacks application/json or text/event-stream.")
        case 415: findings.breaks(.contentType, entry, "Content-Type is not application/json.")
        case 400: judgeBadMessage(classified)
        default: break
        }
    }

    private mutating func judgeRepetition(of refused: Digest, _ classified: ClassifiedExchange, _ machine: String) {
        let time = classified.exchange.time
        require(machine) { $0.refusedToken = true }
        guard var refusals = refusals[refused] else {
            return self.refusals[refused] = Refusals(since: time)
        }
        guard time - refusals.since >= Self.grace else { return }
        refusals.count += 1
        self.refusals[refused] = refusals
        guard refusals.count >= Self.maximumRepetitions else { return }
        findings.breaks(
            .noRetryStorm, classified.exchange.number,
            "It was refused \(refusals.count) times before, with the same token.")
    }

    private mutating func judgeLostSession(
        _ session: CredentialHistory.Session?, _ classified: ClassifiedExchange, _ machine: String
    ) {
        guard classified.requestFields.session != nil, !classified.isModern else { return }
        require(machine) { $0.lostSession = true }
        guard let lost = session?.lost, classified.exchange.request.method == .post,
            classified.exchange.time - lost.time >= Self.grace
        else { return }
        findings.breaks(
            .sessionAgain, classified.exchange.number,
            "Request \(lost.entry) was told already that the session is gone.")
    }

    private mutating func judgeBadMessage(_ classified: ClassifiedExchange) {
        let entry = classified.exchange.number
        let error = classified.rpcError
        if error?.code == JSONRPCError.Code.headerMismatch.rawValue {
            return findings.breaks(.modernHeaders, entry, "A header field contradicts the body, or is missing.")
        }
        guard classified.exchange.request.method == .post else { return }
        guard let message = classified.message, message["jsonrpc"]?.string == "2.0" else {
            if !classified.isBatch {
                findings.breaks(.jsonRPC, entry, "The body is no message of JSON-RPC 2.0.")
            }
            return
        }
        if error != nil, classified.requestFields.session == nil, !classified.isModern,
            message["method"]?.string != Method.initialize.rawValue
        {
            findings.breaks(.sessionSent, entry, "A request after initialize has no Mcp-Session-Id.")
        }
    }
}

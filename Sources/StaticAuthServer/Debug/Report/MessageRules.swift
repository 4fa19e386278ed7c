internal import HTTPEdge
internal import MCPCore
internal import OAuth

/// The rules of requests to the MCP server.
extension RuleChecks {
    mutating func seeMessage(_ sighting: Sighting, _ flow: Int, _ machine: String, _ traces: Traces) {
        let (exchange, entry) = (sighting.exchange, sighting.exchange.number)
        if exchange.request.query != nil, exchange.query?.secret(.accessToken) != nil {
            findings.breaks(.tokenInHeader, entry, "The access token is in the URL.")
        }
        if exchange.status < 400 {
            seeSuccess(sighting, machine, traces)
        } else {
            seeRefusal(sighting, flow, machine, traces)
        }
    }

    // MARK: - What went well

    private mutating func seeSuccess(_ sighting: Sighting, _ machine: String, _ traces: Traces) {
        let (exchange, entry) = (sighting.exchange, sighting.exchange.number)
        let request = exchange.request
        findings.keeps(.tokenInHeader, entry)
        if request.method == .post {
            findings.keeps(.accept, entry)
            findings.keeps(.contentType, entry)
            findings.keeps(.jsonRPC, entry)
            if sighting.isModern { return findings.keeps(.modernHeaders, entry) }
        }
        if exchange.responseFields.session != nil, debts[machine]?.lostSession ?? false {
            owe(machine) { $0.lostSession = false }
            findings.keeps(.sessionAgain, entry)
        }
        if let digest = exchange.requestFields.session, let session = traces.sessions[digest] {
            seeSession(session, sighting)
        }
    }

    private mutating func seeSession(_ session: Traces.Session, _ sighting: Sighting) {
        let (exchange, entry) = (sighting.exchange, sighting.exchange.number)
        findings.keeps(.sessionSent, entry)
        findings.keeps(.tokenAlways, entry)
        if exchange.request.method == .delete { return findings.keeps(.sessionEnded, entry) }
        if session.version >= Self.firstVersionWithHeader {
            let version = exchange.request.fields.first("mcp-protocol-version")
            findings.judge(
                .versionHeader, entry, isKept: version == session.version,
                "MCP-Protocol-Version is \(public: version ?? "missing"); \(public: session.version) was agreed on.")
        }
        guard exchange.request.method == .post, !session.isInitialized else { return }
        if exchange.status == 202 {
            if sighting.isInitialized { findings.keeps(.initialized, entry) }
        } else if let method = sighting.message?["method"]?.string, method != "ping" {
            findings.breaks(.initialized, entry, "A request came before notifications/initialized.")
        }
    }

    private static let firstVersionWithHeader = "2025-06-18"

    // MARK: - What was refused

    private mutating func seeRefusal(_ sighting: Sighting, _ flow: Int, _ machine: String, _ traces: Traces) {
        let (exchange, entry) = (sighting.exchange, sighting.exchange.number)
        let session = exchange.requestFields.session.flatMap { traces.sessions[$0] }
        switch exchange.status {
        case 401 where exchange.requestFields.bearer == nil:
            if session != nil {
                findings.breaks(.tokenAlways, entry, "A request of a session came without its token.")
            }
            var discovery = discoveries[flow] ?? Discovery()
            discovery.challenge = discovery.challenge ?? entry
            discovery.challengeScope = sighting.challengeScope
            discoveries[flow] = discovery
            seeRepetition(of: Digest(of: "flow \(flow)"), sighting, machine)
        case 401, 403:
            if sighting.challengeError == "insufficient_scope" {
                owe(machine) { $0.scope = sighting.challengeScope }
            }
            if let bearer = exchange.requestFields.bearer { seeRepetition(of: bearer, sighting, machine) }
        case 404: seeLostSession(session, sighting, machine)
        case 406: findings.breaks(.accept, entry, "Accept lacks application/json or text/event-stream.")
        case 415: findings.breaks(.contentType, entry, "Content-Type is not application/json.")
        case 400: seeBadMessage(sighting)
        default: break
        }
    }

    private mutating func seeRepetition(of refused: Digest, _ sighting: Sighting, _ machine: String) {
        let time = sighting.exchange.time
        owe(machine) { $0.refusedToken = true }
        guard var refusals = refusals[refused] else {
            return self.refusals[refused] = Refusals(since: time)
        }
        guard time - refusals.since >= Self.grace else { return }
        refusals.count += 1
        self.refusals[refused] = refusals
        guard refusals.count >= Self.mostRepetitions else { return }
        findings.breaks(
            .noRetryStorm, sighting.exchange.number,
            "It was refused \(refusals.count) times before, with the same token.")
    }

    private mutating func seeLostSession(_ session: Traces.Session?, _ sighting: Sighting, _ machine: String) {
        guard sighting.exchange.requestFields.session != nil, !sighting.isModern else { return }
        owe(machine) { $0.lostSession = true }
        guard let lost = session?.lost, sighting.exchange.request.method == .post,
            sighting.exchange.time - lost.time >= Self.grace
        else { return }
        findings.breaks(
            .sessionAgain, sighting.exchange.number, "Request \(lost.entry) was told already that the session is gone.")
    }

    private mutating func seeBadMessage(_ sighting: Sighting) {
        let entry = sighting.exchange.number
        let error = sighting.rpcError
        if error?.code == JSONRPCError.Code.headerMismatch.rawValue {
            return findings.breaks(.modernHeaders, entry, "A header field contradicts the body, or is missing.")
        }
        guard sighting.exchange.request.method == .post else { return }
        guard let message = sighting.message, message["jsonrpc"]?.string == "2.0" else {
            if !sighting.isBatch {
                findings.breaks(.jsonRPC, entry, "The body is no message of JSON-RPC 2.0.")
            }
            return
        }
        if error != nil, sighting.exchange.requestFields.session == nil, !sighting.isModern,
            message["method"]?.string != "initialize"
        {
            findings.breaks(.sessionSent, entry, "A request after initialize has no Mcp-Session-Id.")
        }
    }
}

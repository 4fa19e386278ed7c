internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The flow that an exchange belongs to: by token, session, code, challenge with state, verifier, and by agent at last.
extension FlowTable {
    /// The flow of an exchange, which may be a new one; nil when it belongs to none.
    mutating func number(for classified: ClassifiedExchange, _ history: CredentialHistory) -> Int? {
        switch classified.event {
        case .message:
            guard let token = classified.requestFields.bearer else {
                // A token in the URL is refused, and still shows whose request it is.
                if let token = classified.query?.secret(.accessToken).flatMap({ history.tokens[$0] }) {
                    return kept(token.flow, classified)
                }
                return ofSession(classified, history) ?? challenged(classified)
            }
            return ofToken(token, classified, history)
        case .discovery: return reading(classified)
        case .registration, .preflight: return ofAgent(classified)
        case .authorization(let request, _): return ofAuthorization(request, classified, history)
        case .token(let form, _): return ofTokenRequest(form, classified, history)
        case .introspection(let token), .revocation(let token):
            return token.flatMap { owner(of: $0, classified, history) }.flatMap { asking(about: $0, classified) }
                ?? known(classified)
        case .callback(let code): return code.flatMap { history.codes[$0] }.map { kept($0.flow, classified) }
        case .other: return classified.isOfClient ? ofAgent(classified) : nil
        }
    }

    // MARK: - By key

    /// The flow with a number, or the one that goes on in its place since it was dropped.
    mutating func kept(_ number: Int, _ classified: ClassifiedExchange) -> Int {
        if has(number) { return number }
        if let successor = successors[number], has(successor) { return successor }
        let successor = begin(classified)
        change(successor) { $0.attribution.isSuccessor = true }
        successors[number] = successor
        return successor
    }

    private mutating func ofToken(
        _ bearer: Digest, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        if let number = owner(of: bearer, classified, history) { return user(of: number, classified, history) }
        if let number = ofSession(classified, history) { return number }
        let text = (try? BearerToken.parse(classified.exchange.request.fields["authorization"])) ?? nil
        if let number = owner(ofDamaged: text.map { [$0.reveal()] } ?? [], history) { return number }
        var number = known(classified)
        // Two tokens that were accepted are of two grants.
        if classified.exchange.status != 401, number.flatMap({ flows[$0] })?.attribution.hasToken ?? false {
            number = nil
        }
        let found = number ?? begin(classified)
        bearers[Self.bearerKey(of: bearer, history)] = found
        return found
    }

    private mutating func ofSession(_ classified: ClassifiedExchange, _ history: CredentialHistory) -> Int? {
        guard let session = classified.requestFields.session.flatMap({ history.sessions[$0] }) else { return nil }
        return kept(session.flow, classified)
    }

    private mutating func ofTokenRequest(
        _ form: FormParameters, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        let number: Int
        if let owner = owner(of: form, classified, history).flatMap({ redeeming($0, classified) }) {
            number = owner
        } else {
            // The credentials of a client are a grant of their own, beside a person's login.
            let isOfLogin = known(classified).flatMap { flows[$0]?.attribution.hasLogin } ?? false
            let isOther = isOfLogin && form.first(.grantType) == "client_credentials"
            number = isOther ? begin(classified) : ofAgent(classified)
            if let token = form.secret(.refreshToken) { bearers[Self.bearerKey(of: token, history)] = number }
        }
        agents[classified.agent] = number
        return number
    }

    // MARK: - By agent

    /// The flow of the same machine and user agent; nil where something contradicts it, or where it cannot be known.
    private func known(_ classified: ClassifiedExchange) -> Int? {
        switch classified.event {
        case .token(let form, _): return next(of: classified) { $0.isFollowed(by: form) }
        case .message: return next(of: classified) { $0.wait?.for == .withToken }
        default: break
        }
        guard let number = agents[classified.agent], let flow = flows[number], !flow.identity.contradicts(classified)
        else { return nil }
        switch classified.event {
        case .discovery, .preflight: return number
        case .registration where flow.isDiscovery: return number
        default: return flow.name?.isSaid(by: classified.agentName) ?? true ? number : nil
        }
    }

    /// The flow whose next step a request with an unknown code or token is, if it cannot be that of several clients;
    /// else the latest flow of a client without a name.
    private func next(of classified: ClassifiedExchange, _ isNext: (Flow) -> Bool) -> Int? {
        let agent = classified.isNamed ? classified.agent : nil
        let all = flows.filter {
            $0.machine == classified.machine && $0.hasSent(agent) && !$0.identity.contradicts(classified)
        }
        let next = all.filter(isNext)
        if let latest = Self.latest(of: next),
            next.allSatisfy({ $0.number == latest.number || $0.isOfClient(of: latest) })
        {
            return latest.number
        }
        let name = classified.sender.name
        // A client whose token was not used yet may still say its name.
        let others = all.filter { flow in
            flow.name.map { $0.digest == name || $0.isSaid(by: classified.agentName) }
                ?? (name == nil && !flow.isOfLogin && !flow.attribution.awaitsMessage)
        }
        return Self.latest(of: others)?.number
    }

    private static func latest(of flows: [Flow]) -> Flow? {
        flows.max { ($0.lastEntry, $0.number) < ($1.lastEntry, $1.number) }
    }

    private mutating func ofAgent(_ classified: ClassifiedExchange) -> Int {
        known(classified) ?? begin(classified)
    }

    mutating func begin(_ classified: ClassifiedExchange) -> Int {
        let number = begin(on: classified.machine)
        if classified.isOfClient { agents[classified.agent] = number }
        return number
    }

    // MARK: - Before the authorization

    /// The flow of a message without a token: the login that its client begins.
    private mutating func challenged(_ classified: ClassifiedExchange) -> Int {
        let found = discovering(classified) { prelude in
            prelude.evidence.fits(classified) && prelude.isBegun(by: classified)
                && (classified.isNamed || prelude.evidence.agents.isEmpty)
        }
        return join(found.last, classified)
    }

    /// The flow of a request for metadata: the latest challenged one that has not read them, or else its client's
    /// latest, since clients read metadata again.
    ///
    /// A request without a user agent may be that of a client whose messages have one.
    private mutating func reading(_ classified: ClassifiedExchange) -> Int {
        let found = discovering(classified) { prelude in
            classified.isNamed
                ? prelude.evidence.fits(classified)
                : !prelude.isRead(named: true) && (prelude.challenge != nil || prelude.evidence.isUnnamed)
        }
        let isUnread = { (flow: Flow) in classified.document.map { !flow.prelude.hasRead($0) } ?? true }
        if let flow = found.last(where: isUnread) ?? (classified.isNamed ? nil : refused(classified)) ?? found.last {
            if classified.isNamed { expelUnnamedReadings(from: flow.number) }
            return join(flow, classified)
        }
        return known(classified) ?? begin(classified)
    }

    /// The latest flow whose token was refused, and whose client has not read metadata since with a user agent.
    private func refused(_ classified: ClassifiedExchange) -> Flow? {
        flows.filter {
            $0.machine == classified.machine && $0.callsForAnother && !$0.readings.isRead(named: true)
                && !$0.prelude.isRead(named: true)
        }.max { $0.lastEntry < $1.lastEntry }
    }

    private mutating func join(_ flow: Flow?, _ classified: ClassifiedExchange) -> Int {
        guard let flow else { return begin(classified) }
        agents[classified.agent] = flow.number
        return flow.number
    }

    /// The flows of a machine that are before their authorization, the latest last.
    func discovering(_ classified: ClassifiedExchange, _ fits: (Prelude) -> Bool) -> [Flow] {
        let time = classified.exchange.time
        return flows.filter {
            $0.isDiscovery && $0.machine == classified.machine && time - ($0.lastMoment?.time ?? time) < Self.adoption
                && fits($0.prelude)
        }.sorted { $0.lastEntry < $1.lastEntry }
    }
}

extension Prelude {
    /// Whether a message without a token may be of the client of these requests: it says its name, or none does so far.
    ///
    /// What came without a name counts for a client with one only if it cannot be a mistake: requests for metadata.
    fileprivate func isBegun(by classified: ClassifiedExchange) -> Bool {
        guard classified.exchange.request.method == .post, classified.messages.contains(where: { $0["id"] != nil })
        else { return true }
        guard let name = classified.clientInfo else {
            return evidence.name?.isSaid(by: classified.agentName) ?? true
        }
        return evidence.name.map { $0.digest == name.digest }
            ?? (!has { !$0.isReading } || classified.agentName?.hasPrefix(name.name) ?? false)
    }
}

extension Flow {
    /// Whether a login is under way, or discovery.
    fileprivate var isOfLogin: Bool { isDiscovery || attribution.hasLogin && !attribution.hasToken }

    /// Whether the client has sent requests with a user agent; nil for requests without one.
    fileprivate func hasSent(_ agent: Digest?) -> Bool {
        evidence.has(agent) || prelude.parts.contains { $0.evidence.has(agent) }
    }

    /// Whether a token request is the next step of the client.
    fileprivate func isFollowed(by form: FormParameters) -> Bool {
        if form.first(.refreshToken) != nil {
            return wait?.for == .afterRefusedToken || wait?.for == .afterRefusedRefresh
        }
        if form.first(.code) != nil {
            return wait.map { [.atLogin, .withCode, .afterRefusedCode].contains($0.for) } ?? false
        }
        // The client's own credentials: its first request for a token, or the next one.
        return isDiscovery ? prelude.isOfLogin : !attribution.hasLogin && attribution.hasToken
    }

    /// The number of the latest request.
    var lastEntry: Int { lastMoment?.entry ?? 0 }
}

extension ClientEvidence {
    /// Whether a request may be of the same client, by its user agent.
    fileprivate func fits(_ classified: ClassifiedExchange) -> Bool {
        (classified.isNamed ? agents.contains(classified.agent) : isUnnamed) && !contradicts(classified)
    }

    /// Whether there are requests with a user agent; nil for requests without one.
    fileprivate func has(_ agent: Digest?) -> Bool { agent.map(agents.contains) ?? isUnnamed }

    /// Whether a request names another client.
    fileprivate func contradicts(_ classified: ClassifiedExchange) -> Bool {
        if let name, case .message = classified.event, let its = classified.sender.name, its != name.digest {
            return true
        }
        if let clientID, let its = classified.clientID, case .token = classified.event { return its != clientID }
        return false
    }
}

extension ClassifiedExchange {
    /// Whether it has a user agent.
    var isNamed: Bool { agentName != nil }

    /// The user agent.
    var agentName: String? { sender.agentName }

    /// Whether the client sent it, not its person's browser.
    fileprivate var isOfClient: Bool {
        switch event {
        case .message, .discovery, .token, .registration, .preflight: true
        case .other:
            (exchange.request.method != .get || exchange.status == 404 && !Accept(exchange.request.fields).prefersPage)
                && !isOfBrowser
        default: false
        }
    }

    /// Whether a browser fetched it for itself, such as an icon.
    private var isOfBrowser: Bool {
        let mode = exchange.request.fields.first("sec-fetch-mode")
        return mode == "navigate" || mode == "no-cors" || exchange.request.path == "/favicon.ico"
    }
}

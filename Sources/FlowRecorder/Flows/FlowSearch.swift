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
        case .authorization(let request, _): return ofAuthorization(request, classified)
        case .token(let form, _): return ofTokenRequest(form, classified, history)
        case .introspection(let token), .revocation(let token):
            return token.flatMap { history.tokens[$0] }.map { kept($0.flow, classified) } ?? known(classified)
        case .callback(let code): return code.flatMap { history.codes[$0] }.map { kept($0.flow, classified) }
        case .other: return classified.isOfClient ? ofAgent(classified) : nil
        }
    }

    // MARK: - By key

    /// The flow with a number, or the one that goes on in its place since it was dropped.
    private mutating func kept(_ number: Int, _ classified: ClassifiedExchange) -> Int {
        if has(number) { return number }
        // Tokens that /debug issued have no flow.
        guard number != 0 else { return ofAgent(classified) }
        if let successor = successors[number], has(successor) { return successor }
        let successor = begin(classified)
        successors[number] = successor
        return successor
    }

    private mutating func ofToken(
        _ bearer: Digest, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        if let token = history.tokens[bearer], token.flow != 0 { return kept(token.flow, classified) }
        if let number = bearers[bearer], has(number) { return number }
        if let number = ofSession(classified, history) { return number }
        guard classified.exchange.status != 401 else { return ofAgent(classified) }
        // Two tokens that were accepted are of two grants.
        var number = known(classified)
        if let found = number, flows[found]?.attribution.hasToken ?? false { number = nil }
        let found = number ?? begin(classified)
        bearers[bearer] = found
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
        if let code = form.secret(.code).flatMap({ history.codes[$0] }), has(code.flow) {
            number = code.flow
        } else if let token = form.secret(.refreshToken).flatMap({ history.tokens[$0] }), has(token.flow) {
            number = token.flow
        } else if let verifier = form.values(.codeVerifier).first.flatMap({ CodeVerifier(Secret($0)) }),
            let challenge = history.challenges[Digest(of: CodeChallenge(of: verifier).value)],
            has(challenge.flow)
        {
            number = challenge.flow
        } else {
            // The credentials of a client are a grant of their own, beside a person's login.
            let isOfLogin = known(classified).flatMap { flows[$0]?.attribution.hasLogin } ?? false
            let isOther = isOfLogin && form.first(.grantType) == "client_credentials"
            number = isOther ? begin(classified) : ofAgent(classified)
        }
        agents[classified.agent] = number
        return number
    }

    // MARK: - By agent

    /// The latest flow of the same machine and user agent, unless something contradicts it.
    private func known(_ classified: ClassifiedExchange) -> Int? {
        guard let number = agents[classified.agent], let flow = flows[number] else { return nil }
        return flow.identity.contradicts(classified) ? nil : number
    }

    private mutating func ofAgent(_ classified: ClassifiedExchange) -> Int {
        known(classified) ?? begin(classified)
    }

    private mutating func begin(_ classified: ClassifiedExchange) -> Int {
        let number = begin(on: classified.machine)
        if classified.isOfClient { agents[classified.agent] = number }
        return number
    }

    // MARK: - Before the authorization

    /// The flow of a message without a token: the login that its client begins.
    private mutating func challenged(_ classified: ClassifiedExchange) -> Int {
        let found = discovering(classified) { prelude in
            prelude.evidence.fits(classified)
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
        flows.values.filter {
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
    private func discovering(_ classified: ClassifiedExchange, _ fits: (Prelude) -> Bool) -> [Flow] {
        let time = classified.exchange.time
        return flows.values.filter {
            $0.isDiscovery && $0.machine == classified.machine && time - ($0.lastMoment?.time ?? time) < Self.adoption
                && fits($0.prelude)
        }.sorted { $0.lastEntry < $1.lastEntry }
    }

    private mutating func ofAuthorization(_ request: FormParameters, _ classified: ClassifiedExchange) -> Int {
        let names: [ParameterName] = [.codeChallenge, .state, .redirectURI]
        let key = Digest(of: names.map { request.first($0) ?? "" }.joined(separator: "\n"))
        let hasKey = request.first(.codeChallenge) != nil || request.first(.state) != nil
        if let number = authorizations[key], let flow = flows[number], hasKey || !flow.attribution.hasToken {
            return number
        }
        let candidates = discovering(classified, \.isOfLogin)
        let number: Int
        if let flow = candidates.last(where: { $0.prelude.serverMetadata != nil }) ?? candidates.last {
            number = flow.number
        } else {
            number = begin(classified)
            takeReadings(for: number, since: classified.exchange.time)
            noteRepetition(number, request, classified)
        }
        authorizations[key] = number
        return number
    }
}

extension Flow {
    /// The number of the latest request.
    var lastEntry: Int { lastMoment?.entry ?? 0 }
}

extension ClientEvidence {
    /// Whether a request may be of the same client, by its user agent.
    fileprivate func fits(_ classified: ClassifiedExchange) -> Bool {
        (classified.isNamed ? agents.contains(classified.agent) : isUnnamed) && !contradicts(classified)
    }

    /// Whether a request names another client.
    fileprivate func contradicts(_ classified: ClassifiedExchange) -> Bool {
        if let name, case .message = classified.event, let its = classified.clientInfo?.digest, its != name.digest {
            return true
        }
        if let clientID, let its = classified.clientID, case .token = classified.event { return its != clientID }
        return false
    }
}

extension ClassifiedExchange {
    /// Whether it has a user agent.
    var isNamed: Bool { exchange.request.fields.first("user-agent") != nil }

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

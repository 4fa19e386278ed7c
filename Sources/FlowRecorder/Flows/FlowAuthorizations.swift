internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The flow of an authorization request. A browser sends it, so the client that asks is only known for certain by what
/// it does with the answer; until then the client id and the redirect URI tell clients apart.
extension FlowTable {
    mutating func ofAuthorization(
        _ request: FormParameters, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        let names: [ParameterName] = [.codeChallenge, .state, .redirectURI, .clientID]
        let key = Digest(of: names.map { request.first($0) ?? "" }.joined(separator: "\n"))
        let hasKey = request.first(.codeChallenge) != nil || request.first(.state) != nil
        if let number = authorizations[key], let flow = flows[number], hasKey || !flow.attribution.hasToken {
            return number
        }
        if let former = former(request, classified, history) {
            let number = kept(former, classified)
            authorizations[key] = number
            return number
        }
        let isStepUp = isStepUp(request, classified)
        let candidates = isStepUp ? [] : discoveries(before: classified)
        let number: Int
        if let flow = candidates.last(where: { $0.prelude.serverMetadata != nil }) ?? candidates.last {
            number = flow.number
        } else {
            number = begin(on: classified.machine)
            change(number) {
                ($0.attribution.authorization, $0.attribution.asker) = (classified.exchange.number, Asker(request))
            }
            if !isStepUp { takePrelude(for: number, request, classified) }
            takeReadings(for: number, classified)
            noteRepetition(number, request, classified)
            noteContinuation(number, request, classified)
        }
        noteAsking(number, classified)
        authorizations[key] = number
        return number
    }

    /// The flow in which the login page was opened, if it is no longer kept.
    private func former(
        _ request: FormParameters, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int? {
        guard classified.exchange.endpoint == .login, let challenge = request.secret(.codeChallenge),
            let known = history.challenges[challenge], !has(known.flow)
        else { return nil }
        return known.flow
    }

    /// The flows that the request may belong to: those that are before their authorization, the latest last.
    private func discoveries(before classified: ClassifiedExchange) -> [Flow] {
        let all = discovering(classified, \.isOfLogin).filter { mayAsk($0, classified) }
        // Some clients open the page themselves, with the user agent of their other requests.
        let agent = classified.agent
        let own = all.filter { $0.prelude.evidence.agents.contains(agent) }
        guard own.isEmpty else { return own }
        let isOfOther = flows.contains { $0.evidence.agents.contains(agent) }
        return isOfOther ? [] : all
    }

    /// Whether a flow's client may send an authorization request: not if it got its tokens with another client id.
    ///
    /// An id that is not registered names no client.
    func mayAsk(_ flow: Flow, _ classified: ClassifiedExchange) -> Bool {
        guard let clientID = classified.clientID, clientIDs.contains(clientID),
            flows.contains(where: { $0.attribution.hasToken && $0.evidence.clientID ?? clientID != clientID })
        else { return true }
        let known = flows.filter {
            $0.attribution.hasToken && ($0.number == flow.number || $0.isOfClient(of: flow))
        }.compactMap(\.evidence.clientID)
        return known.isEmpty || known.contains(clientID)
    }

    /// Moves what a client read from a login that was refused, and that another client may have asked for, to the next
    /// login.
    private mutating func takePrelude(
        for number: Int, _ request: FormParameters, _ classified: ClassifiedExchange
    ) {
        guard let flow = flows[number] else { return }
        let (asker, time) = (Asker(request), classified.exchange.time)
        let source = unfinishedLogins(besides: flow).filter {
            $0.attribution.isLoginOver && $0.attribution.asker != asker && $0.evidence.isEmpty && $0.prelude.isOfLogin
                && time - ($0.lastMoment?.time ?? .zero) < Self.adoption && mayAsk($0, classified)
        }.max { $0.lastEntry < $1.lastEntry }
        guard let source else { return }
        put(take(from: source.number) { _ in true }, into: number)
        change(number) { $0.attribution.source = source.number }
        correctFollows(number)
    }

    /// Notes which flow a login without discovery continues, if its client id, redirect URI and scope are those that
    /// the client of that flow has to ask with.
    private mutating func noteContinuation(
        _ number: Int, _ request: FormParameters, _ classified: ClassifiedExchange
    ) {
        guard let flow = flows[number], flow.prelude.challenge == nil, flow.follows == nil else { return }
        let earlier = continued(by: request, classified).suffix(Self.maximumCandidates).map(\.flow)
        guard let latest = earlier.last else { return }
        if earlier.allSatisfy({ $0.number == latest.number || $0.isOfClient(of: latest) }) {
            follow(number, latest)
        } else {
            change(number) { $0.attribution.mayFollow = earlier.map(\.number) }
        }
    }

    /// The flows that an authorization request may be for, the latest last, with what each calls for.
    private func continued(
        by request: FormParameters, _ classified: ClassifiedExchange
    ) -> [(flow: Flow, need: Need)] {
        let asker = Asker(request)
        let scope = request.first(.scope).map { Set($0.split(separator: " ")) }
        let unfinished = needsOfUnfinishedLogins
        return flows.filter { $0.machine == classified.machine && $0.mayAsk(as: asker) }.compactMap { flow in
            guard let need = need(of: flow, unfinished) else { return nil }
            let lacking = need.for == .afterLackOfScope ? flow.problems.lackingScope : nil
            let isAsked = lacking.map { scope?.isSuperset(of: $0.split(separator: " ")) ?? true } ?? true
            return isAsked ? (flow, need) : nil
        }.sorted { $0.flow.lastEntry < $1.flow.lastEntry }
    }

    /// Whether an authorization request asks for a scope that a client was told to ask for; then it is no login of
    /// another client that has just read metadata.
    private func isStepUp(_ request: FormParameters, _ classified: ClassifiedExchange) -> Bool {
        request.first(.scope) != nil
            && continued(by: request, classified).contains { $0.need.for == .afterLackOfScope }
    }

    private static let maximumCandidates = 8
}

/// What an authorization request tells about the client that asks.
struct Asker: Equatable, Sendable {
    let clientID: Digest?
    /// Of a loopback address without the port, which may change from login to login (RFC 8252 §7.3).
    private let redirectURI: Digest?

    init(_ request: FormParameters) {
        clientID = request.secret(.clientID)
        redirectURI = request.first(.redirectURI).map { Digest(of: Self.withoutPort($0)) }
    }

    private static func withoutPort(_ uri: String) -> String {
        for host in ["http://localhost:", "http://127.0.0.1:", "http://[::1]:"] where uri.hasPrefix(host) {
            return host + uri.dropFirst(host.count).drop { $0.isASCII && $0.isNumber }
        }
        return uri
    }
}

internal import HTTPEdge
internal import OAuth

/// The latest flows, and the rules by which an exchange finds its flow.
///
/// At most ``capacity`` flows are kept, with about ``byteLimit`` bytes of steps; the flow that was quiet for longest is
/// dropped first.
///
/// A code, token or session leads to the flow that it was issued in, an authorization request to the one with the same
/// challenge and state. Discovery has no such key: it is assigned by machine and user agent, and the next authorization
/// from the same machine takes it over.
package struct FlowTable: Sendable {
    /// The maximum number of flows.
    package static let capacity = 200
    /// The maximum memory of flows, in bytes.
    static let byteLimit = 4 << 20

    private var flows: [Int: Flow] = [:]
    /// The flows that were dropped since they were last taken.
    private var dropped: [Flow] = []
    /// The approximate memory, in bytes.
    private(set) var size = 0
    private var last = 0
    /// Counts changes; see ``Flow/version``.
    private var version = 0
    /// The latest flow of a machine and user agent.
    private var agents = BoundedTable<Digest, Int>(capacity: 500)
    /// The flow of each challenge, state and redirect URI.
    private var authorizations = BoundedTable<Digest, Int>(capacity: 1000)

    /// How long an authorization can take over an earlier discovery.
    private static let adoption = Duration.seconds(600)

    var all: [Flow] { flows.values.sorted { $0.number < $1.number } }

    subscript(number: Int) -> Flow? { flows[number] }

    mutating func clear() {
        (flows, size) = ([:], 0)
        agents = BoundedTable(capacity: 500)
        authorizations = BoundedTable(capacity: 1000)
    }

    /// Adds an exchange to its flow, as a new step or merged with one, and returns the flow's number; nil when it has
    /// none.
    mutating func add(
        _ classified: ClassifiedExchange, _ history: CredentialHistory, _ secrets: SecretScanner
    ) -> Int? {
        guard let number = number(for: classified, history) else { return nil }
        version += 1
        append(classified, to: number, history, secrets)
        return number
    }

    /// Records an error on an event stream in the step of its request.
    mutating func note(_ error: StreamError, inFlow number: Int) {
        version += 1
        let version = version
        change(number) { flow in
            flow.version = version
            flow.note(error)
        }
    }

    /// Changes a flow, if it exists, and keeps all of them within the memory limit.
    private mutating func change(_ number: Int, _ change: (inout Flow) -> Void) {
        guard var flow = flows.removeValue(forKey: number) else { return }
        size -= flow.size
        change(&flow)
        while size + flow.size > Self.byteLimit, let quietest { remove(quietest) }
        while size + flow.size > Self.byteLimit, !flow.steps.isEmpty { flow.omit() }
        size += flow.size
        flows[number] = flow
    }

    /// The flow that was quiet for longest.
    private var quietest: Int? {
        flows.values.min { ($0.lastMoment?.entry ?? 0) < ($1.lastMoment?.entry ?? 0) }?.number
    }

    private mutating func remove(_ number: Int) {
        guard let flow = flows.removeValue(forKey: number) else { return }
        size -= flow.size
        dropped.append(flow)
    }

    /// Takes the flows that were dropped since the last call.
    mutating func takeDropped() -> [Flow] {
        guard !dropped.isEmpty else { return [] }
        defer { dropped = [] }
        return dropped
    }

    private mutating func append(
        _ classified: ClassifiedExchange, to number: Int, _ history: CredentialHistory, _ secrets: SecretScanner
    ) {
        let isPlainMessage = classified.isPlainMessage
        flows[number]?.version = version
        if isPlainMessage {
            flows[number]?.wait = nil
            if flows[number]?.countsMessage(classified.moment) ?? true { return }
        }
        var (step, next) = FlowStepReader(classified: classified, history: history, secrets: secrets).result
        if isPlainMessage, flows[number]?.isSummarizing ?? false { step.title = FlowStep.furtherMessages }
        change(number) { flow in
            if classified.isOfClient, let agent = classified.exchange.request.fields.first("user-agent") {
                flow.name(secrets.excerpt(agent))
            }
            flow.expect(next, classified.moment)
            if !classified.isDiscovery { flow.isDiscovery = false }
            if flow.isDiscovery { flow.prelude.note(classified) }
            flow.append(step)
        }
    }

    // MARK: - Which flow

    private mutating func number(for classified: ClassifiedExchange, _ history: CredentialHistory) -> Int? {
        switch classified.event {
        case .message:
            if let token = classified.requestFields.bearer {
                return flowIfKept(history.tokens[token]?.flow, classified) ?? ofSession(classified, history)
                    ?? ofAgent(classified)
            }
            return ofSession(classified, history) ?? discovering(classified)
        case .discovery, .registration, .preflight: return discovering(classified)
        case .authorization(let request, _): return ofAuthorization(request, classified)
        case .token(let form, _): return ofTokenRequest(form, classified, history)
        case .introspection(let token), .revocation(let token):
            return token.flatMap { flowIfKept(history.tokens[$0]?.flow, classified) } ?? known(classified)
        case .callback(let code): return code.flatMap { history.codes[$0] }.flatMap { flowIfKept($0.flow, classified) }
        case .other: return classified.isOfClient ? discovering(classified) : nil
        }
    }

    /// The flow with a number; when it was dropped, the client's latest or a new one.
    private mutating func flowIfKept(_ number: Int?, _ classified: ClassifiedExchange) -> Int? {
        guard let number else { return nil }
        return flows[number] == nil ? ofAgent(classified) : number
    }

    private mutating func ofSession(_ classified: ClassifiedExchange, _ history: CredentialHistory) -> Int? {
        guard let session = classified.requestFields.session else { return nil }
        return flowIfKept(history.sessions[session]?.flow, classified)
    }

    /// The latest flow of the same machine and user agent.
    private func known(_ classified: ClassifiedExchange) -> Int? {
        agents[classified.agent].flatMap { flows[$0] == nil ? nil : $0 }
    }

    private mutating func ofAgent(_ classified: ClassifiedExchange) -> Int {
        known(classified) ?? begin(classified)
    }

    /// The flow of a client that is still in discovery.
    private mutating func discovering(_ classified: ClassifiedExchange) -> Int {
        if let number = known(classified), flows[number]?.isDiscovery ?? false { return number }
        return begin(classified)
    }

    private mutating func ofAuthorization(_ request: FormParameters, _ classified: ClassifiedExchange) -> Int {
        let names: [ParameterName] = [.codeChallenge, .state, .redirectURI]
        let key = Digest(of: names.map { request.first($0) ?? "" }.joined(separator: "\n"))
        if let number = authorizations[key], flows[number] != nil { return number }
        let time = classified.exchange.time
        let candidates = flows.values.filter {
            $0.isDiscovery && $0.machine == classified.machine
                && time - ($0.lastMoment?.time ?? time) < Self.adoption
        }
        let adopted = candidates.max { ($0.lastMoment?.entry ?? 0) < ($1.lastMoment?.entry ?? 0) }
        let number = adopted?.number ?? begin(classified)
        authorizations[key] = number
        return number
    }

    private mutating func ofTokenRequest(
        _ form: FormParameters, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) -> Int {
        let number: Int
        if let code = form.secret(.code).flatMap({ history.codes[$0] }), flows[code.flow] != nil {
            number = code.flow
        } else if let token = form.secret(.refreshToken).flatMap({ history.tokens[$0] }), flows[token.flow] != nil {
            number = token.flow
        } else {
            number = ofAgent(classified)
        }
        agents[classified.agent] = number
        return number
    }

    // MARK: - Beginnings

    private mutating func begin(_ classified: ClassifiedExchange) -> Int {
        if flows.count >= Self.capacity, let quietest { remove(quietest) }
        last += 1
        let machine = classified.machine
        let before = flows.values.filter { $0.machine == machine && ($0.wait?.for.callsForAnotherFlow ?? false) }
            .max { $0.number < $1.number }
        if let before { flows[before.number]?.wait = nil }
        let flow = Flow(number: last, machine: machine, follows: before?.number)
        flows[last] = flow
        size += flow.size
        agents[classified.agent] = last
        return last
    }
}

extension ExpectedStep {
    /// Whether the client continues in a new flow.
    fileprivate var callsForAnotherFlow: Bool {
        [.afterRefusedToken, .afterRefusedRefresh, .afterRefusedCode, .afterLackOfScope, .withoutSession]
            .contains(self)
    }
}

extension ClassifiedExchange {
    /// Whether it is a successful message without a change of state.
    fileprivate var isPlainMessage: Bool {
        guard case .message = event, exchange.request.method == .post else { return false }
        return exchange.status == 200 && responseFields.session == nil
            && requestFields.bearer != nil && exchange.explanation == nil && exchange.fault == nil
    }

    /// The machine and user agent.
    var agent: Digest {
        Digest(of: machine + "|" + (exchange.request.fields.first("user-agent") ?? ""))
    }

    /// Whether it belongs to discovery.
    fileprivate var isDiscovery: Bool {
        switch event {
        case .discovery, .registration, .preflight, .other: true
        case .message: requestFields.bearer == nil
        default: false
        }
    }

    /// Whether the client sent it, not its person's browser.
    fileprivate var isOfClient: Bool {
        switch event {
        case .message, .discovery, .token, .registration: true
        case .other:
            exchange.request.method != .get || exchange.status == 404 && !Accept(exchange.request.fields).prefersPage
        default: false
        }
    }
}

internal import HTTPEdge
internal import OAuth

/// The latest flows.
///
/// At most ``capacity`` flows are kept, with about ``byteLimit`` bytes of steps; the flow that was quiet for longest is
/// dropped first.
///
/// A code, token or session leads to the flow that it was issued in, an authorization request to the one with the same
/// challenge and state. What comes before an authorization has no such key: it is attributed by machine and user agent,
/// and the next authorization from the same machine takes it over. Since a browser sends that, this may be wrong: the
/// token request and the first message with the token show it, and correct it.
package struct FlowTable: Sendable {
    /// The maximum number of flows.
    package static let capacity = 500
    /// The maximum memory of flows, in bytes.
    static let byteLimit = 6 << 20
    /// How long an authorization can take over an earlier discovery.
    static let adoption = Duration.seconds(600)

    /// Earlier requests that turned out to belong to another flow.
    struct Correction: Sendable {
        let entries: Set<Int>
        let flow: Int
    }

    private(set) var flows = KeptFlows()
    /// The flows that were dropped since they were last taken.
    private var dropped: [Flow] = []
    /// The approximate memory, in bytes.
    private(set) var size = 0
    private var last = 0
    /// Counts changes; see ``Flow/version``.
    private var version = 0
    private var corrections: [Correction] = []
    /// The latest flow of a machine and user agent.
    var agents = BoundedTable<Digest, Int>(capacity: 500)
    /// The flow of each challenge, state and redirect URI.
    var authorizations = BoundedTable<Digest, Int>(capacity: 1000)
    /// The flow of each token that is not on record.
    var bearers = BoundedTable<Digest, Int>(capacity: 1000)
    /// The flow that goes on in place of a dropped one.
    var successors = BoundedTable<Int, Int>(capacity: 1000)
    /// The preflights whose requests are still to come.
    var preflights = BoundedTable<Digest, Preflight>(capacity: 200)
    /// The flows of further clients that use the token of a flow, by that flow and what identifies the client.
    var borrowers = BoundedTable<Digest, Int>(capacity: 1000)
    /// The digests of the registered client ids.
    let clientIDs: Set<Digest>

    var all: [Flow] { flows.all.map(withPrelude) }

    /// The flows that began before one.
    func all(before number: Int) -> [Flow] { flows.filter { $0.number < number }.map(withPrelude) }

    subscript(number: Int) -> Flow? { flows[number].map(withPrelude) }

    /// Whether a flow is kept.
    func has(_ number: Int) -> Bool { flows.has(number) }

    mutating func clear() {
        let (last, version) = (last, version)
        self = FlowTable(clientIDs)
        (self.last, self.version) = (last, version)
    }

    init(_ clientIDs: Set<Digest>) { self.clientIDs = clientIDs }

    /// Adds an exchange to its flow, as a new step or merged with one, and returns the flow's number; nil when it has
    /// none.
    mutating func add(
        _ classified: ClassifiedExchange, _ history: CredentialHistory, _ secrets: SecretScanner
    ) -> Int? {
        guard let number = number(for: classified, history) else { return nil }
        attributePreflight(before: classified, to: number)
        append(classified, to: number, history, secrets)
        return number
    }

    /// Takes the corrections since the last call.
    mutating func takeCorrections() -> [Correction] {
        guard !corrections.isEmpty else { return [] }
        defer { corrections = [] }
        return corrections
    }

    mutating func note(_ correction: Correction) { corrections.append(correction) }

    /// Records an error on an event stream in the step of its request.
    mutating func note(_ error: StreamError, inFlow number: Int) {
        change(number) { $0.note(error) }
    }

    // MARK: - Changes

    /// Changes a flow, if it exists, and keeps all of them within the memory limit.
    mutating func change(_ number: Int, _ change: (inout Flow) -> Void) {
        guard var flow = flows.take(number) else { return }
        size -= flow.size
        version += 1
        flow.version = version
        change(&flow)
        while size + flow.size > Self.byteLimit, let quietest { remove(quietest) }
        while size + flow.size > Self.byteLimit, !flow.steps.isEmpty { flow.omit() }
        size += flow.size
        flows.insert(flow)
    }

    /// The flow that was quiet for longest; one without any request has just begun.
    private var quietest: Int? {
        flows.min { $0.lastMoment?.entry ?? .max }?.number
    }

    mutating func remove(_ number: Int) {
        guard let flow = flows.remove(number) else { return }
        size -= flow.size
        dropped.append(flow)
    }

    /// Takes the flows that were dropped since the last call.
    mutating func takeDropped() -> [Flow] {
        guard !dropped.isEmpty else { return [] }
        defer { dropped = [] }
        return dropped
    }

    /// Adds an empty flow, and returns its number.
    mutating func begin(on machine: String) -> Int {
        if flows.count >= Self.capacity, let quietest { remove(quietest) }
        let flow = Flow(number: nextNumber(), machine: machine, follows: nil)
        flows.insert(flow)
        size += flow.size
        return flow.number
    }

    /// A number that no flow has.
    mutating func nextNumber() -> Int {
        last += 1
        return last
    }

    private mutating func append(
        _ classified: ClassifiedExchange, to number: Int, _ history: CredentialHistory, _ secrets: SecretScanner
    ) {
        let isPlainMessage = classified.isPlainMessage
        if isPlainMessage {
            var isCounted = true
            change(number) { flow in
                flow.endWait()
                isCounted = flow.countsMessage(classified.moment)
            }
            if isCounted { return }
        }
        var (step, next) = FlowStepReader(classified: classified, history: history, secrets: secrets).result
        if isPlainMessage, flows[number]?.isSummarizing ?? false { step.title = FlowStep.furtherMessages }
        change(number) { flow in
            flow.attribute(classified, secrets)
            flow.expect(next, classified.moment)
            flow.append(step)
        }
        if classified.identifiesClient {
            nameBySession(number, classified, history)
            identify(number, by: classified, secrets)
        } else if let flow = flows[number], classified.requestFields.bearer != nil, flow.evidence.isEmpty,
            !flow.attribution.hasLogin
        {
            // It began with a token that was refused.
            change(number) { $0.evidence.note(classified, secrets) }
        }
        if flows[number]?.isDiscovery ?? false { correctFollows(number) }
    }

    /// Corrects attributions when a request tells more about the client of a flow.
    private mutating func identify(_ number: Int, by classified: ClassifiedExchange, _ secrets: SecretScanner) {
        guard let flow = flows[number] else { return }
        guard case .message = classified.event else {
            change(number) { $0.identify(by: classified, secrets) }
            // A further token request mostly tells nothing new, and corrections look at every flow.
            if flows[number]?.knows(asMuchAs: flow) ?? true { return }
            return correct(number)
        }
        if !flow.attribution.awaitsMessage {
            // A client may call before it opens a session, in which it says its name.
            if flow.evidence.name == nil, classified.responseFields.session != nil {
                change(number) { $0.evidence.note(classified, secrets) }
            }
            return
        }
        change(number) { $0.identify(by: classified, secrets) }
        correct(number)
        change(number) { $0.attribution.isSettled = true }
    }
}

extension FlowTable {
    /// A client that uses a session of another flow, such as after a login for another scope, has the name that it gave
    /// itself there.
    private mutating func nameBySession(
        _ number: Int, _ classified: ClassifiedExchange, _ history: CredentialHistory
    ) {
        guard let session = classified.requestFields.session.flatMap({ history.sessions[$0] }), session.flow != number,
            flows[number]?.evidence.name == nil, let name = flows[session.flow]?.name
        else { return }
        change(number) { $0.evidence.note(name) }
    }
}

extension Flow {
    private static let maximumReadings = 20

    /// Notes what an exchange of the flow tells about where it and others belong.
    fileprivate mutating func attribute(_ classified: ClassifiedExchange, _ secrets: SecretScanner) {
        switch classified.event {
        case .authorization(let request, let outcome):
            attribution.authorization = attribution.authorization ?? classified.exchange.number
            if !attribution.hasLogin { (attribution.asker, attribution.browser) = (Asker(request), classified.agent) }
            attribution.hasLogin = true
            attribution.isLoginOver = outcome.isOver
        case .token(_, .issued):
            attribution.authorization = attribution.authorization ?? classified.exchange.number
            (attribution.hasToken, attribution.awaitsMessage) = (true, true)
        case .token: break
        case .message where classified.identifiesClient && !attribution.hasToken:
            (attribution.hasToken, attribution.awaitsMessage) = (true, true)
        default: break
        }
        if !classified.isDiscovery { isDiscovery = false }
        if isDiscovery {
            prelude.note(classified, secrets)
        } else if classified.isDiscovery, classified.requestFields.session == nil {
            readings.note(classified, secrets)
        }
    }

    /// Whether the same is known about its client as in an earlier state of it.
    fileprivate func knows(asMuchAs earlier: Flow) -> Bool {
        evidence == earlier.evidence && attribution.claimed == earlier.attribution.claimed
    }

    /// Notes what a request with a key of the flow tells about its client.
    fileprivate mutating func identify(by classified: ClassifiedExchange, _ secrets: SecretScanner) {
        evidence.note(classified, secrets)
        // Clients read metadata again before they redeem a code or refresh.
        let evidence = evidence
        let own = readings.parts.filter { $0.evidence.agreement(with: evidence) >= 0 }
        attribution.claimed = max(attribution.claimed, own.flatMap { $0.events.map(\.moment.entry) }.max() ?? 0)
        readings.dropEvents(keeping: Self.maximumReadings)
        if case .message = classified.event { attribution.awaitsMessage = false }
    }
}

extension ClassifiedExchange.AuthorizationOutcome {
    /// Whether no code can come of the request any more.
    fileprivate var isOver: Bool {
        switch self {
        case .error, .refused: true
        case .loginPage, .wrongPassword, .code: false
        }
    }
}

extension ClassifiedExchange {
    /// Whether it is a successful message without a change of state.
    fileprivate var isPlainMessage: Bool {
        guard case .message = event, exchange.request.method == .post else { return false }
        return exchange.status == 200 && responseFields.session == nil
            && requestFields.bearer != nil && exchange.explanation == nil && exchange.fault == nil
    }

    /// Whether it has a key of its flow, and tells what identifies the client.
    fileprivate var identifiesClient: Bool {
        switch event {
        case .token: true
        case .message: requestFields.bearer != nil && exchange.status != 401
        default: false
        }
    }

    /// Whether it belongs to discovery.
    fileprivate var isDiscovery: Bool {
        switch event {
        case .discovery, .registration, .preflight, .other: true
        case .message: requestFields.bearer == nil
        default: false
        }
    }
}

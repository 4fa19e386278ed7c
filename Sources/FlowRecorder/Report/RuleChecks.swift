internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Judges clients by the rules, one exchange after another.
///
/// It keeps what later exchanges are compared with, by digest where it is secret, so it needs no journal. What depends
/// on an exchange and on digests is judged at once; what depends on the flow that an exchange belongs to is judged when
/// it is read, because a later exchange may show that it belongs to another: see ``findings(of:among:)``.
struct RuleChecks: Sendable {
    /// The relevant parameters of an authorization request.
    struct Authorization: Sendable {
        let challenge, state, redirectURI: Digest?
        let resources: ResourceNames
    }

    /// The issuer that metadata name.
    struct Issuer: Sendable {
        let name: String
        /// Whether they promise that authorization responses name it, too.
        let isPromised: Bool
    }

    /// The first exchange of a code or of a refresh token for tokens.
    struct Exchanged: Sendable {
        let answer: EarlierAnswer
        /// Whether a fault may have kept the answer from the client, so that it does not have the tokens.
        let isDamaged: Bool
    }

    let clientIDs: [String]
    let resources: KnownResources
    /// Finds secrets in what is shown of a request.
    let secrets: SecretScanner
    /// The number of the last request that began before a reset, and is not judged.
    let beginning: Int

    /// The record of the flow whose exchange is being judged.
    var record = FlowRecord()
    private var records: [Int: FlowRecord] = [:]
    /// The findings of flows that are no longer kept.
    private(set) var totals = ClientTotals()

    var authorizations = BoundedTable<Digest, Authorization>(capacity: 2000)
    var redemptions = BoundedTable<Digest, Exchanged>(capacity: 2000)
    /// The flows of the latest requests that were refused for lack of a token, by machine and user agent, until that
    /// one uses a token.
    private var anonymousFlows: [Digest: [Int]] = [:]
    /// The issuers in metadata, by the number of the request that read them.
    private(set) var issuers = BoundedTable<Int, Issuer>(capacity: 1000)
    /// All issuers in metadata so far.
    private(set) var knownIssuers: Set<[UInt8]> = []
    var rotations = BoundedTable<Digest, Exchanged>(capacity: 2000)
    /// The refresh tokens that came from a rotation.
    var rotatedTokens = BoundedTable<Digest, Int>(capacity: 2000)

    init(clientIDs: [String], resources: KnownResources, _ secrets: SecretScanner, beginning: Int = 0) {
        (self.clientIDs, self.resources, self.secrets, self.beginning) = (clientIDs, resources, secrets, beginning)
    }

    /// The rules without anything that they remember.
    ///
    /// - Parameter entry: the number of the last request that is not judged.
    func reset(after entry: Int) -> RuleChecks {
        RuleChecks(clientIDs: clientIDs, resources: resources, secrets, beginning: entry)
    }

    /// Judges an exchange of a flow, before the history records it.
    mutating func judge(
        _ classified: ClassifiedExchange, flow: Int, _ history: CredentialHistory, among flows: FlowTable
    ) {
        swap(&record, &records[flow, default: FlowRecord()])
        defer { swap(&record, &records[flow, default: FlowRecord()]) }
        switch classified.event {
        case .message:
            noteAnonymousCall(classified, flow: flow)
            judgeMessage(classified, history)
            if classified.usesToken { endAnonymousCalls(before: classified, flow: flow, among: flows) }
        case .authorization(let request, let outcome): judgeAuthorization(request, outcome, classified)
        case .token(let form, let outcome): judgeToken(form, outcome, classified)
        case .registration:
            record[early: classified].breaks(
                .noRegistration, classified.moment, "The client asked for dynamic registration.")
        case .discovery:
            let exchange = classified.exchange
            record.anonymousCalls.noteDiscovery(classified.document, exchange.number)
            if exchange.status >= 400 || exchange.status == 0, exchange.causeOfRefusal != nil || exchange.isRewritten {
                record.noteWithheld(exchange.number)
            }
            if let issuer = classified.issuer {
                note(Issuer(name: issuer.name, isPromised: issuer.isPromised), classified)
            }
        case .revocation: if classified.exchange.status == HTTPStatus.ok.code { record.endGrant() }
        case .introspection, .callback, .preflight, .other: break
        }
    }

    private mutating func note(_ issuer: Issuer, _ classified: ClassifiedExchange) {
        issuers[classified.exchange.number] = issuer
        if knownIssuers.count < Self.maximumIssuers { knownIssuers.insert(Array(issuer.name.utf8)) }
    }

    private static let maximumIssuers = 100

    /// The session of a request, if it was opened since the last reset.
    func session(_ classified: ClassifiedExchange, _ history: CredentialHistory) -> CredentialHistory.Session? {
        classified.requestFields.session.flatMap { history.sessions[$0] }.flatMap {
            $0.opened.entry > beginning ? $0 : nil
        }
    }

    // MARK: - Flows

    func record(of flow: Int) -> FlowRecord? { records[flow] }

    /// The time of the latest answer to clients that may be several, or one that repeats its request without a token.
    var latestOfManyCalls: ContinuousClock.Instant? { records.values.compactMap(\.anonymousCalls.latestOfMany).max() }

    /// The flows that it knows something of.
    var flows: Set<Int> { Set(records.keys) }

    /// A client was answered with its token, so that its next request without one begins anew, in whatever flow.
    ///
    /// Clients that have the same user agent are told apart by the names that they give themselves, and by a connection
    /// that was open all along and carried none of the refused requests.
    private mutating func endAnonymousCalls(before classified: ClassifiedExchange, flow: Int, among flows: FlowTable) {
        record.anonymousCalls.noteUse()
        guard !anonymousFlows.isEmpty, let pending = anonymousFlows[classified.agent] else { return }
        let name = flows.name(of: flow)?.digest
        let others = pending.filter { other in
            guard other != flow, let calls = records[other]?.anonymousCalls, !calls.isEmpty else { return false }
            if let name, let its = flows.name(of: other)?.digest, name != its { return true }
            return calls.isApart(from: classified)
        }
        anonymousFlows[classified.agent] = others.isEmpty ? nil : others
        for number in pending where !others.contains(number) { records[number]?.anonymousCalls.noteUse() }
    }

    private mutating func noteAnonymousCall(_ classified: ClassifiedExchange, flow: Int) {
        guard classified.isAnonymousCall else { return }
        if anonymousFlows.count == Self.maximumAnonymousFlows { anonymousFlows = [:] }
        let others = anonymousFlows[classified.agent, default: []].filter { $0 != flow }
        anonymousFlows[classified.agent] = others.suffix(Self.maximumFlowsOfAgent - 1) + [flow]
    }

    private static let (maximumAnonymousFlows, maximumFlowsOfAgent) = (500, 8)

    /// Earlier requests belong to another flow than it seemed.
    ///
    /// Only requests without a key can be moved, and only a few rules judge these.
    mutating func move(_ entries: Set<Int>, to flow: Int) {
        var record = records.removeValue(forKey: flow) ?? FlowRecord()
        for number in records.keys { records[number]?.move(entries, to: &record) }
        records[flow] = record
    }

    /// Adds the findings of a flow that is dropped to those of its client.
    mutating func drop(_ flow: Flow, among flows: FlowTable) {
        let flow = flows.withPrelude(flow)
        totals.add(findings(of: flow, among: flows), of: ClientGroups.Member(dropped: flow))
        totals.add(
            findingsOfAgent(flow, among: flows, MetadataReadings(flows.all)), of: ClientGroups.Member(agentOf: flow))
        totals.noteReadings(of: flow)
        totals.noteAgents(of: flow)
        records[flow.number] = nil
    }
}

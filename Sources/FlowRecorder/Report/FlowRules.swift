internal import OAuth
internal import Primitives

/// The rules that depend on the flow that a request belongs to, judged when they are read.
///
/// A client may owe something after a refusal: in the flow of the refusal, or in one that continues it. What cannot be
/// known to be of the same client accuses none.
extension RuleChecks {
    /// All findings about each flow.
    ///
    /// - Parameter all: all flows of the table.
    func findings(about all: [Flow], among flows: FlowTable) -> [Int: Findings] {
        var earlier = EarlierFlows()
        var findings: [Int: Findings] = [:]
        let readings = MetadataReadings(all, former: totals.readings)
        for flow in all {
            guard let record = record(of: flow.number) else { continue }
            findings[flow.number] = self.findings(of: flow, record, after: earlier, flows, readings)
            earlier.append(flow, record)
        }
        return findings
    }

    /// All findings about one flow.
    func findings(of flow: Flow, among flows: FlowTable) -> Findings {
        guard let record = record(of: flow.number) else { return Findings() }
        var earlier = EarlierFlows()
        for other in flows.all(before: flow.number) { self.record(of: other.number).map { earlier.append(other, $0) } }
        return findings(of: flow, record, after: earlier, flows, MetadataReadings(flows.all, former: totals.readings))
    }

    private func findings(
        of flow: Flow, _ record: FlowRecord, after earlier: EarlierFlows, _ flows: FlowTable,
        _ readings: MetadataReadings
    ) -> Findings {
        var findings = record.findings
        let early = record.earlyFindings(flows.others(than: flow, readings))
        findings.merge(early.named)
        if !flows.sharesAgent(flow, early, former: totals.agents) { findings.merge(early.nameless) }
        findings.merge(record.repeated)
        let story = Story(
            flow: flow, record: record, repeated: repeated(by: flow, flows),
            predecessors: predecessors(of: flow, flows), earlier: earlier, isCrowded: flows.isCrowded(flow))
        if !record.withoutResource.isEmpty, !story.knowsNoResource { findings.merge(record.withoutResource) }
        story.judgeDiscovery(&findings, readings, flows)
        story.judgeScope(&findings)
        story.judgeFreshness(&findings)
        story.judgeRecovery(&findings)
        story.judgeResponses(&findings, self)
        story.judgeLoops(&findings)
        return findings
    }

    /// The findings about requests of a flow that may be those of another client with the same user agent.
    func findingsOfAgent(
        _ flow: Flow, among flows: FlowTable, _ readings: @autoclosure () -> MetadataReadings
    ) -> Findings {
        guard flow.name != nil, let record = record(of: flow.number), record.hasEarlyFindings else { return Findings() }
        let readings = readings()
        let early = record.earlyFindings(flows.others(than: flow, readings))
        return flows.sharesAgent(flow, early, former: totals.agents) ? early.nameless : Findings()
    }

    /// The logins of the same client that one repeats, the latest first.
    private func repeated(by flow: Flow, _ flows: FlowTable) -> [FlowRecord] {
        var records: [FlowRecord] = []
        var next = flow.attribution.repeated
        while let other = next.flatMap({ flows[$0] }), other.isOfClient(of: flow),
            let record = record(of: other.number), records.count <= UselessGrants.maximum
        {
            records.append(record)
            next = other.attribution.repeated
        }
        return records
    }

    /// The latest ones of the flows that a flow continues, the latest first.
    private func predecessors(of flow: Flow, _ flows: FlowTable) -> [FlowRecord] {
        var records: [FlowRecord] = []
        var next = flows.continued(by: flow)
        while let number = next, let record = record(of: number), records.count <= UselessGrants.maximum {
            records.append(record)
            next = flows[number].flatMap(flows.continued)
        }
        return records
    }
}

/// A flow with what is known about its client's earlier ones.
struct Story {
    let flow: Flow
    let record: FlowRecord
    /// The logins that it repeats, the latest first.
    let repeated: [FlowRecord]
    /// The flow that it continues, the one that this one continues, and so on.
    let predecessors: [FlowRecord]
    let earlier: EarlierFlows

    var continued: FlowRecord? { predecessors.first }

    /// Whether other clients were at work between the challenge and the authorization request.
    let isCrowded: Bool

    /// Whether the prelude is known to be that of the client; a login that nobody finished may be another client's.
    var hasKnownPrelude: Bool {
        !flow.attribution.isDoubtful && (!flow.evidence.isEmpty || flow.attribution.origin == nil && !isCrowded)
    }

    /// Whether the client knows no resource and no metadata of one: these came with MCP 2025-06-18.
    var knowsNoResource: Bool {
        ([record] + predecessors).lazy.compactMap(\.isOfFirstRevision).first
            ?? earlier.relatives(of: flow).lazy.compactMap(\.isOfFirstRevision).first ?? false
    }

    /// Whether a fault or scenario may have withheld metadata.
    private func isWithheld(_ entry: Int) -> Bool {
        record.withheld.contains(entry) || repeated.contains { $0.withheld.contains(entry) }
    }

    /// The first authorization after a request.
    func authorization(after moment: CredentialHistory.EntryReference) -> FlowRecord.Authorization? {
        record.authorizations.first { $0.moment.entry > moment.entry }
    }

    // MARK: - What a challenge and a refusal ask for

    /// Judges discovery: a client that was challenged has to have read the metadata that the challenge names.
    ///
    /// It may have read them for an earlier login and kept them: to read them again is recommended, and not required
    /// (RFC 9728 §5.2). A request without a user agent may be that of another flow; it accuses none.
    func judgeDiscovery(_ findings: inout Findings, _ readings: MetadataReadings, _ flows: FlowTable) {
        guard hasKnownPrelude, let challenge = flow.prelude.challenge,
            let authorization = authorization(after: challenge)
        else { return }
        judge(
            .resourceMetadataFirst, authorization, .resourceMetadata,
            "The resource's metadata were never read", &findings, readings, flows)
        judge(
            .serverMetadataFirst, authorization, .serverMetadata,
            "The authorization server's metadata were never read", &findings, readings, flows)
    }

    /// Judges whether metadata were read; a fault or scenario may withhold them.
    private func judge(
        _ rule: Rule, _ authorization: FlowRecord.Authorization, _ kind: Prelude.Event.Kind, _ problem: SafeText,
        _ findings: inout Findings, _ readings: MetadataReadings, _ flows: FlowTable
    ) {
        let requests = flow.prelude.events.filter { $0.kind == kind }
        let served = requests.filter(\.isServed)
        let named = flow.prelude.events.compactMap(\.namedDocument)
        if kind == .resourceMetadata, !named.isEmpty {
            if let read = served.first(where: { $0.document.map(named.contains) ?? false }) {
                return findings.keeps(rule, read.moment)
            }
            // Another document may say the same.
            if let other = served.first { return findings.doubts(rule, other.moment) }
        } else if let read = served.first {
            return findings.keeps(rule, read.moment)
        }
        guard !requests.contains(where: { isWithheld($0.moment.entry) }),
            let challenge = flow.prelude.challenge?.entry,
            !readings.mayInclude(kind, of: flow, since: challenge, before: authorization.moment.entry),
            !readings.hasRead(
                kind, kind == .resourceMetadata ? flow.prelude.namedDocument : nil, clientOf: flow,
                before: authorization.moment.entry), !flows.isOlder(flow),
            kind == .serverMetadata || !knowsNoResource
        else { return }
        let tried: SafeText = requests.first.map { ": request \($0.moment.entry) was not served" } ?? ""
        findings.breaks(rule, authorization.moment, "\(problem)\(tried).")
    }

    // MARK: - What comes with a code

    /// Judges what the client did with a code in a response that it has to refuse.
    func judgeResponses(_ findings: inout Findings, _ rules: RuleChecks) {
        for response in record.responses {
            if let problem = response.problem { judge(.ownState, response, problem, &findings) }
            if let problem = problem(ofIssuer: response, rules) { judge(.rightIssuer, response, problem, &findings) }
        }
    }

    private func judge(
        _ rule: Rule, _ response: FlowRecord.Response, _ problem: SafeText, _ findings: inout Findings
    ) {
        guard let sent = response.sent else { return findings.keeps(rule, response.moment) }
        findings.breaks(rule, sent, "The response of request \(response.moment.entry) \(problem).")
    }

    /// What is wrong with the issuer of a response, by the metadata that the client read before it.
    private func problem(ofIssuer response: FlowRecord.Response, _ rules: RuleChecks) -> SafeText? {
        let read = (flow.prelude.events + flow.readings.events)
            .filter { $0.moment.entry < response.moment.entry }.compactMap { rules.issuers[$0.moment.entry] }
        guard let issuer = response.issuer else {
            return read.last?.isPromised ?? false ? "names no issuer, although the metadata promise one" : nil
        }
        let isKnown =
            read.isEmpty
            ? rules.knownIssuers.contains(Array(issuer.utf8)) || rules.resources.isOwn(issuer)
            : read.contains { $0.name.utf8.elementsEqual(issuer.utf8) }
        guard !isKnown else { return nil }
        let expected: SafeText = read.last.map { "'\(url: $0.name)'" } ?? "another one"
        return "names the issuer '\(url: rules.secrets.scanned(issuer))', and the metadata \(expected)"
    }

    // MARK: - What is used once

    func judgeFreshness(_ findings: inout Findings) {
        for (index, authorization) in record.authorizations.enumerated() {
            judgeFreshness(of: authorization, after: record.authorizations[..<index], &findings)
        }
        for (index, redemption) in record.redemptions.enumerated() {
            // The same request again may be the browser's doing; that both its codes are redeemed is not.
            let redeemed =
                record.redemptions[..<index].filter { $0.challenge == redemption.challenge }
                + earlier.redemptions(of: flow, challenge: redemption.challenge)
            guard redeemed.contains(where: { $0.code != redemption.code }) else { continue }
            findings.breaks(.freshChallenge, redemption.moment, Self.staleChallenge)
            if redeemed.contains(where: { $0.state != nil && $0.state == redemption.state }) {
                findings.breaks(.stateFresh, redemption.moment, Self.staleState)
            }
        }
    }

    private func judgeFreshness(
        of authorization: FlowRecord.Authorization, after own: ArraySlice<FlowRecord.Authorization>,
        _ findings: inout Findings
    ) {
        guard let challenge = authorization.challenge else { return }
        let hasOtherState = { (other: FlowRecord.Authorization) in other.state != authorization.state }
        let isReused =
            own.contains { $0.challenge == challenge && hasOtherState($0) }
            || earlier.hasAuthorization(of: flow, .challenge(challenge), where: hasOtherState)
        findings.judge(.freshChallenge, authorization.moment, isKept: !isReused, Self.staleChallenge)
        guard let state = authorization.state, !isReused else { return }
        let hasOtherChallenge = { (other: FlowRecord.Authorization) in other.challenge != challenge }
        let isStale =
            own.contains { $0.state == state && hasOtherChallenge($0) }
            || earlier.hasAuthorization(of: flow, .state(state), where: hasOtherChallenge)
        findings.judge(.stateFresh, authorization.moment, isKept: !isStale, Self.staleState)
    }

    private static let staleChallenge: SafeText = "The code_challenge is that of an earlier authorization."
    private static let staleState: SafeText = "The state is that of an earlier authorization."

    // MARK: - What a client does after a refusal

    func judgeRecovery(_ findings: inout Findings) {
        let known = [record, continued].compactMap(\.self)
        let refused = (known.compactMap(\.refusedToken) + [flow.prelude.challenge].compactMap(\.self))
            .min { $0.entry < $1.entry }
        if let refused, let issued = record.issued, issued.entry > refused.entry {
            findings.keeps(.noRetryStorm, issued)
        }
        let lost = known.compactMap(\.lostSession).min { $0.entry < $1.entry }
        if let lost, let opened = record.openedSession, opened.entry > lost.entry {
            findings.keeps(.sessionAgain, opened)
        }
        for left in record.openSessions {
            guard let next = left.next else { continue }
            findings.breaks(
                .sessionEnded, next, "The session of request \(left.opened.entry) was left open for another one.")
        }
        let refusedRefresh = [record.refusedRefresh, earlier.refusedRefresh(ofClientOf: flow)].compactMap(\.self)
            .min { $0.entry < $1.entry }
        if let refusedRefresh, let next = authorization(after: refusedRefresh) {
            findings.keeps(.noRefreshLoop, next.moment)
        }
    }

    // MARK: - Logins in a loop

    /// Judges a login that comes after several others that were of no use, once it is known to be of none itself.
    ///
    /// A person may deny as often as he likes, and it is not known who began the next login.
    func judgeLoops(_ findings: inout Findings) {
        let login = record.authorizations.first?.moment ?? record.refusedLogin
        if let login, record.isRefused, record.responses.isEmpty, repeated.count > UselessGrants.maximum,
            repeated.allSatisfy(\.isRefused)
        {
            findings.breaks(
                .noRetryStorm, login, "The last \(repeated.count) authorization requests were refused.")
        }
        let latest = predecessors.prefix(UselessGrants.maximum)
        guard latest.count == UselessGrants.maximum else { return }
        if let login, ([record] + latest).allSatisfy({ $0.refusedToken != nil && !$0.hasUsedToken }) {
            findings.breaks(
                .noRetryStorm, login, "The tokens of the last \(latest.count) logins were refused, too.")
        }
        if let lack = record.lackOfScope, latest.allSatisfy({ $0.lackOfScope?.scope == lack.scope }) {
            findings.breaks(
                .noRetryStorm, lack.moment,
                "The scope \(public: lack.scope) was refused in each of the \(latest.count) logins before this one, too."
            )
        }
    }
}

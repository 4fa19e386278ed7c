internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Corrections of what was attributed by agent or not at all, once a request tells more about the client of a flow.
extension FlowTable {
    /// Corrects the prelude of a flow, and the flow that it continues.
    mutating func correct(_ number: Int) {
        guard let flow = flows[number], !flow.attribution.isSettled else { return }
        // A client that goes on with a token from before a reset began without a challenge.
        let isOlder = flow.attribution.isSuccessor && !flow.attribution.hasLogin
        if flow.attribution.authorization != nil, !isOlder { correctPrelude(of: flow) }
        correctFollows(number)
    }

    // MARK: - Preludes

    private mutating func correctPrelude(of flow: Flow) {
        let evidence = evidence(about: flow)
        let fit = Self.fit(flow.prelude, evidence)
        let others = unsettled(before: flow)
        let own = flow.prelude.challenge == nil ? newChallenge(of: flow, among: others) : nil
        let other = own?.flow ?? others.max { Self.rank($0, evidence) < Self.rank($1, evidence) }
        if flow.prelude.challenge == nil, flow.follows == nil, takeRepetition(for: flow) {
        } else if sharesPrelude(flow, since: own?.entry ?? 0) {
        } else if let other, Self.rank(other, evidence).fit > max(fit, 0) {
            exchange(flow.number, other.number)
        }
        release(flow.number)
        takeComplement(for: flow.number)
        reclaimReadings(for: flow.number)
        takeSpareReadings(for: flow.number)
    }

    /// The latest challenge of a flow's client in a flow that no authorization request has taken over.
    private func newChallenge(of flow: Flow, among others: [Flow]) -> (flow: Flow, entry: Int)? {
        others.lazy.filter(\.isDiscovery).compactMap { other in
            other.prelude.challenge(ofClient: flow.evidence.name).map { (flow: other, entry: $0) }
        }.max { $0.entry < $1.entry }
    }

    /// What identifies a flow's client, with the name that it has in the flow which it continues, if it sends requests
    /// with the same user agent there.
    private func evidence(about flow: Flow) -> ClientEvidence {
        var evidence = flow.evidence
        if let name = flow.attribution.name, let earlier = flow.follows.flatMap({ flows[$0] }),
            earlier.identity.sharesAgent(with: evidence)
        {
            evidence.note(name)
        }
        return evidence
    }

    /// How well the requests of an agent fit a client; the best of them.
    static func fit(_ prelude: Prelude, _ evidence: ClientEvidence) -> Int {
        prelude.parts.map { $0.evidence.agreement(with: evidence) }.max() ?? 0
    }

    /// Whether the requests of an agent fit a client, and better than that of the flow that they are in.
    private static func fits(_ part: Prelude.Part, _ evidence: ClientEvidence, more flow: Flow) -> Bool {
        let fit = part.evidence.agreement(with: evidence)
        return fit > 0 && (flow.evidence.isEmpty || fit > part.evidence.agreement(with: flow.evidence))
    }

    /// The flows of the same machine in which there may be requests of a flow's client from before its authorization.
    private func unsettled(before flow: Flow) -> [Flow] {
        guard let began = flow.attribution.authorization, let time = flow.lastMoment?.time else { return [] }
        return flows.filter { other in
            guard other.number != flow.number, other.machine == flow.machine, !other.attribution.isSettled else {
                return false
            }
            let isEarlier = { (event: Prelude.Event) in
                event.moment.entry < began && time - event.moment.time < Self.adoption
            }
            return other.prelude.has(isEarlier) || other.readings.has(isEarlier)
        }
    }

    /// The order in which preludes are chosen: by what identifies the client, complete ones and later ones first.
    private static func rank(_ flow: Flow, _ evidence: ClientEvidence) -> (fit: Int, isComplete: Int, entry: Int) {
        (
            (flow.prelude.parts + flow.readings.parts).filter { fits($0, evidence, more: flow) }
                .map { $0.evidence.agreement(with: evidence) }.max() ?? 0,
            flow.prelude.serverMetadata == nil ? 0 : 1, flow.prelude.entries.max() ?? 0
        )
    }

    /// Gives a flow the requests of its client that were attributed to another one, and that one those of its client.
    private mutating func exchange(_ number: Int, _ other: Int) {
        guard let evidence = flows[number]?.evidence else { return }
        let foreign = take(from: number) { $0.evidence.agreement(with: evidence) < 0 }
        // Another client of the same kind has requests of its own under the same names.
        let isOfSameKind = foreign.prelude.parts.contains { $0.agent.map(evidence.agents.contains) ?? false }
        let kept = isOfSameKind ? flows[number]?.prelude.parts.map(\.agent) ?? [] : []
        guard let owner = flows[other] else { return }
        let own = take(from: other) { Self.fits($0, evidence, more: owner) && !kept.contains($0.agent) }
        put(own, into: number)
        if isOfSameKind, let theirs = foreign.prelude.challenge {
            // What was read before the challenge of the other one is not its.
            put(take(from: other, before: theirs.entry), into: number)
        }
        let heirs = flows.filter { $0.attribution.origin == other }.map(\.number)
        put(foreign, into: other)
        inherit(from: number, by: other)
        if !own.prelude.isEmpty {
            for heir in heirs { change(heir) { $0.attribution.origin = heir == number ? nil : number } }
        }
        removeIfEmpty(other)
        correctFollows(other)
    }

    typealias Taken = (prelude: Prelude, steps: [FlowStep])

    mutating func take(from number: Int, _ isTaken: (Prelude.Part) -> Bool) -> Taken {
        guard let flow = flows[number], (flow.prelude.parts + flow.readings.parts).contains(where: isTaken) else {
            return (Prelude(), [])
        }
        var taken: Taken = (Prelude(), [])
        change(number) { taken = $0.take(isTaken) }
        return taken
    }

    /// Takes the metadata that were read without a user agent before a request.
    private mutating func take(from number: Int, before entry: Int) -> Taken {
        var taken: Taken = (Prelude(), [])
        let early = flows[number]?.prelude.unnamedReadings(before: entry) ?? []
        guard !early.isEmpty else { return taken }
        change(number) { changed in
            for entry in early { taken.prelude.merge(changed.prelude.take(entry)) }
            taken.steps = changed.take(Set(early))
        }
        return taken
    }

    mutating func put(_ taken: Taken, into number: Int) {
        guard let machine = flows[number]?.machine, !taken.prelude.isEmpty else { return }
        change(number) { $0.put(taken) }
        for part in taken.prelude.parts {
            agents[part.agent ?? ClassifiedExchange.unnamedAgent(of: machine)] = number
        }
        note(Correction(entries: Set(taken.prelude.entries), flow: number))
    }

    mutating func removeIfEmpty(_ number: Int) {
        if flows[number]?.steps.isEmpty ?? false { remove(number) }
    }

    /// Moves requests that are known to be of another client to where they were, or to a flow of their own.
    private mutating func release(_ number: Int) {
        guard let flow = flows[number] else { return }
        let taken = take(from: number) { $0.evidence.agreement(with: flow.evidence) < -1 }
        guard !taken.prelude.isEmpty else { return }
        if let source = flow.attribution.source, has(source) { return put(taken, into: source) }
        let heir = flows.filter {
            $0.attribution.origin == number && $0.prelude.challenge == nil
                && Self.fit(taken.prelude, $0.evidence) > 0
        }.min { $0.number < $1.number }
        let other = heir?.number ?? begin(on: flow.machine)
        put(taken, into: other)
        inherit(from: number, by: other)
        correctFollows(other)
    }

    /// Splits the prelude of two clients of the same name, which began to log in at the same time; false if there is
    /// none.
    private mutating func takeRepetition(for flow: Flow) -> Bool {
        guard let began = flow.attribution.authorization else { return false }
        let shared = flows.filter {
            $0.number != flow.number && $0.machine == flow.machine && Self.fit($0.prelude, flow.evidence) > 0
                && $0.prelude.parts.contains {
                    $0.challenges > 1 && $0.evidence.agreement(with: flow.evidence) >= -1
                }
                && ($0.prelude.entries.min() ?? .max) < began
        }.max { $0.lastEntry < $1.lastEntry }
        guard let shared else { return false }
        // A challenge alone would accuse a client that may have read metadata.
        var (rest, known) = (shared.prelude, flow.prelude)
        let spare = rest.takeRepetition(besides: known, before: began)
        known.merge(spare)
        guard known.challenge != nil, known.resourceMetadata != nil, known.serverMetadata != nil else { return false }
        var taken: Taken = (spare, [])
        change(shared.number) { flow in
            flow.prelude = rest
            taken.steps = flow.take(Set(spare.entries))
        }
        put(taken, into: flow.number)
        return true
    }

    /// Joins the challenge of a client with the metadata that it read under another name.
    private mutating func takeComplement(for number: Int) {
        guard let flow = flows[number], !flow.prelude.isEmpty, flow.evidence.hasSeveralAgents else { return }
        let isChallenged = flow.prelude.challenge != nil
        let other = unsettled(before: flow).last { other in
            let prelude = other.prelude
            return other.isDiscovery && (prelude.challenge == nil) == isChallenged
                && prelude.parts.allSatisfy { $0.evidence.agreement(with: flow.evidence) > 0 }
                && !prelude.has { $0.document.map(flow.prelude.hasRead) ?? false }
        }
        guard let other else { return }
        put(take(from: other.number) { _ in true }, into: number)
        removeIfEmpty(other.number)
    }

    // MARK: - What a flow continues

    /// Corrects which flow a flow continues: the latest of the same client whose token, scope or session does not work
    /// any more.
    mutating func correctFollows(_ number: Int) {
        guard let flow = flows[number],
            let began = flow.attribution.authorization ?? flow.steps.first?.first.entry
        else { return }
        guard flow.isDiscovery || flow.attribution.hasLogin || flow.attribution.hasToken,
            !flow.attribution.isSuccessor
        else { return }
        if !flow.evidence.isEmpty, !flow.attribution.mayFollow.isEmpty {
            change(number) { $0.attribution.mayFollow = [] }
        }
        let identity = flow.evidence.isEmpty ? flow.prelude.evidence : flow.identity
        // Then only the authorization request tells.
        if identity.isEmpty, flow.follows != nil { return }
        let unfinished = needsOfUnfinishedLogins
        let earlier = flows.filter {
            $0.number != number && $0.machine == flow.machine
                && ($0.number == flow.follows || (need(of: $0, unfinished)?.since.entry ?? .max) <= began)
                && (!flow.evidence.isEmpty || flow.isAskedLike($0))
                && $0.identity.agreement(with: identity) > 0 && Self.fits(flow, named: identity.name, after: $0)
        }.max { Self.order($0, identity.name, of: flow) < Self.order($1, identity.name, of: flow) }
        follow(number, earlier)
    }

    /// The order in which a client's earlier flows are chosen: those with its name first, then the one that its
    /// authorization request was for, and the latest.
    private static func order(
        _ earlier: Flow, _ name: ClientEvidence.Name?, of flow: Flow
    ) -> (isNamed: Int, isAsked: Int, entry: Int) {
        (
            name != nil && earlier.name?.digest == name?.digest ? 1 : 0,
            name == nil && earlier.number == flow.follows ? 1 : 0, earlier.lastEntry
        )
    }

    /// What in a flow calls for another one: its token, scope or session does not work any more, and no login that may
    /// have been for it was finished, or denied.
    func need(of flow: Flow) -> Need? { need(of: flow, needsOfUnfinishedLogins) }

    /// The same, for questions about many flows.
    func need(of flow: Flow, _ unfinished: [Int: Need]) -> Need? {
        flow.callsForAnother ? flow.wait : unfinished[flow.number]
    }

    /// What the latest unfinished login after each flow was for.
    var needsOfUnfinishedLogins: [Int: Need] {
        flows.filter { $0.follows != nil && $0.isUnfinishedLogin }.reduce(into: [:]) { needs, login in
            if let former = login.follows { needs[former] = login.attribution.wait }
        }
    }

    typealias Need = (for: ExpectedStep, since: CredentialHistory.EntryReference)

    /// Whether a flow may continue another one, by the names that the client gives itself.
    ///
    /// A user agent alone does not tell that a named client and one without a name are the same, if the login began
    /// with a challenge; unless a token or session of the earlier flow was refused, which its client may have brought
    /// along.
    private static func fits(_ flow: Flow, named name: ClientEvidence.Name?, after earlier: Flow) -> Bool {
        switch (name, earlier.name) {
        case (let name?, let its?): return name.digest == its.digest
        case (nil, nil): return true
        case (nil, _?): return flow.prelude.challenge == nil || flow.isNamed(like: earlier)
        case (_?, nil):
            if flow.isNamed(like: earlier) { return true }
            let wait = earlier.number == flow.follows ? flow.attribution.wait : earlier.wait
            return flow.prelude.challenge == nil || wait?.for != .afterRefusedCode
        }
    }

    /// Notes which flow a flow continues; what that one waits for is there.
    mutating func follow(_ number: Int, _ earlier: Flow?) {
        guard let flow = flows[number], earlier?.number != flow.follows else { return }
        let need = earlier.flatMap(need)
        if let former = flow.follows, flows[former]?.wait == nil {
            change(former) { $0.wait = flow.attribution.wait }
        }
        change(number) { changed in
            changed.follows = earlier?.number
            changed.attribution.wait = need
            changed.attribution.name = earlier?.name
        }
        if let earlier { change(earlier.number) { $0.wait = nil } }
    }
}

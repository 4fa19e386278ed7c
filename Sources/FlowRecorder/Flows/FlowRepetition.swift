internal import OAuth
internal import Primitives

/// Logins that are begun anew without another discovery: after the person refused, in a second tab, or because the
/// first one was abandoned. What the client read before the first one is each one's prelude.
extension FlowTable {
    /// A flow with its prelude, which may be recorded in another flow, and without a name that is only a guess.
    func withPrelude(_ flow: Flow) -> Flow {
        var flow = withSharedPrelude(flow)
        if isDoubtful(flow) { flow.attribution.isDoubtful = true }
        return flow
    }

    /// A flow with its prelude.
    func withSharedPrelude(_ flow: Flow) -> Flow {
        guard flow.prelude.isEmpty, let origin = flow.attribution.origin.flatMap({ flows[$0] }),
            flow.evidence.isEmpty || Self.fit(origin.prelude, flow.evidence) > 0, flow.mayHaveName(of: origin.prelude)
        else { return flow }
        var flow = flow
        flow.prelude = origin.prelude
        return flow
    }

    /// Notes that a new flow may repeat the latest login of the machine with the same client id and redirect URI, if
    /// that one got no token.
    mutating func noteRepetition(_ number: Int, _ request: FormParameters, _ classified: ClassifiedExchange) {
        guard let flow = flows[number], flow.prelude.isEmpty else { return }
        let asker = Asker(request)
        let source = unfinishedLogins(besides: flow).filter {
            $0.attribution.asker == asker
                && classified.exchange.time - ($0.lastMoment?.time ?? .zero) < Self.adoption
        }.max { $0.lastEntry < $1.lastEntry }
        guard let source else { return }
        change(number) { changed in
            changed.attribution.repeated = source.number
            changed.attribution.origin = source.prelude.isEmpty ? source.attribution.origin : source.number
        }
    }

    /// Whether the challenge of a flow, whose client is known now, is that of an earlier login.
    ///
    /// - Parameter challenge: the number of a challenge that the client had for itself; an earlier one is not shared.
    mutating func sharesPrelude(_ flow: Flow, since challenge: Int) -> Bool {
        guard flow.prelude.challenge == nil, flow.prelude.isEmpty || Self.fit(flow.prelude, flow.evidence) > 0,
            let began = flow.attribution.authorization, let time = flow.lastMoment?.time
        else {
            return false
        }
        if let origin = flow.attribution.origin.flatMap({ flows[$0] }), origin.prelude.mayBeShared(by: flow.evidence),
            origin.prelude.challenge?.entry ?? 0 >= challenge
        {
            return true
        }
        let source = unfinishedLogins(besides: flow).filter {
            guard $0.prelude.challenge != nil, $0.prelude.mayBeShared(by: flow.evidence),
                $0.attribution.asker == flow.attribution.asker || !$0.evidence.isEmpty,
                let last = $0.prelude.events.last?.moment
            else { return false }
            return challenge < last.entry && last.entry < began && time - last.time < Self.adoption
        }.max { $0.lastEntry < $1.lastEntry }
        if source?.number != flow.attribution.origin {
            change(flow.number) { $0.attribution.origin = source?.number }
        }
        return source != nil
    }

    /// The prelude of a login was moved to another flow; those that share it find it there.
    mutating func inherit(from number: Int, by other: Int) {
        let heirs = flows.filter { $0.attribution.origin == number }.map(\.number)
        for heir in heirs { change(heir) { $0.attribution.origin = heir == other ? nil : other } }
    }

    /// The other logins of a machine that have got no token.
    func unfinishedLogins(besides flow: Flow) -> [Flow] {
        flows.filter {
            $0.number != flow.number && $0.machine == flow.machine && $0.attribution.hasLogin
                && !$0.attribution.hasToken
        }
    }
}

extension Flow {
    /// Whether the client of a prelude may be that of the flow which this one continues.
    fileprivate func mayHaveName(of prelude: Prelude) -> Bool {
        guard evidence.name == nil, let name = attribution.name, let its = prelude.evidence.name else { return true }
        return name.digest == its.digest
    }
}

extension Prelude {
    /// The first challenge in which a client gives itself a name; nil for none.
    func challenge(ofClient name: ClientEvidence.Name?) -> Int? {
        guard let name else { return nil }
        return parts.lazy.filter { $0.evidence.name?.digest == name.digest }.flatMap(\.events)
            .first { $0.kind == .challenge }?.moment.entry
    }

    /// Whether what happened before one login may have been for another one, too, whose client is known now.
    fileprivate func mayBeShared(by evidence: ClientEvidence) -> Bool {
        FlowTable.fit(self, evidence) > 0
            && !parts.contains { $0.challenges > 0 && $0.evidence.agreement(with: evidence) < -1 }
    }
}

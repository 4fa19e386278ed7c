internal import OAuth
internal import Primitives

/// What the rules ask about a flow and others.
extension FlowTable {
    /// Whether other clients of the machine were at work between the challenge of a login that was not finished and its
    /// authorization request.
    func isCrowded(_ flow: Flow) -> Bool {
        guard flow.evidence.isEmpty, let challenge = flow.prelude.challenge?.entry,
            let asked = flow.attribution.authorization
        else { return false }
        return flows.contains { other in
            other.lastEntry > challenge && (other.steps.first?.first.entry ?? .max) < asked
                && other.number != flow.number && other.machine == flow.machine && !other.isOfClient(of: flow)
        }
    }

    /// The name that the client of a flow gives itself, as far as the flow tells.
    func name(of number: Int) -> ClientEvidence.Name? { flows[number]?.name }

    /// Whether requests of a client with a name that do not say it may be those of another one with the same user
    /// agent, which was at work before the flow got its token.
    ///
    /// - Parameter former: the latest requests in flows without a name that are no longer kept, by user agent.
    func sharesAgent(_ flow: Flow, _ early: EarlyFindings, former: BoundedTable<Digest, Int>) -> Bool {
        guard !early.nameless.isEmpty, let name = flow.name, !name.isSaid(by: flow.agentName?.text) else {
            return false
        }
        let prelude = flow.prelude.evidence
        let began = flow.steps.first?.first.entry ?? 0
        let ended = flow.steps.first { $0.kind == .token }?.first.entry ?? flow.lastEntry
        return prelude.agentKeys(on: flow.machine).contains { former[$0].map { $0 > began } ?? false }
            || flows.contains { other in
                other.lastEntry > began && (other.steps.first?.first.entry ?? .max) < ended
                    && other.number != flow.number && other.machine == flow.machine && !other.isOfClient(of: flow)
                    && other.identity.sharesAgent(with: prelude)
            }
    }

    /// Who else may have sent the requests without a token that are in a flow.
    func others(than flow: Flow, _ readings: MetadataReadings) -> AnonymousCalls.Others {
        AnonymousCalls.Others(
            isForeign: { readings.isForeign($0, to: $1 ?? flow.name?.digest) },
            beginners: { beginners(like: flow, after: $0) })
    }

    /// How many clients that nothing tells apart from a flow's have begun to log in after a request, without one that
    /// was refused before; the flow's own client is none of them.
    private func beginners(like flow: Flow, after entry: Int) -> Int {
        let evidence = flow.prelude.evidence
        return flows.filter { other in
            other.number != flow.number && other.machine == flow.machine && other.lastEntry > entry
                && other.follows == nil && other.attribution.origin == nil
                && other.identity.agreement(with: evidence) > 0
        }.reduce(0) { $0 + $1.beginners(after: entry) }
    }

    /// Whether a flow's client may have begun before what is known, such as before a reset.
    func isOlder(_ flow: Flow) -> Bool {
        flows.contains { $0.attribution.isSuccessor && $0.mayBeOfClient(of: flow) }
    }

    /// The number of the flow that another one continues, if it is known to be of the same client.
    func continued(by flow: Flow) -> Int? {
        guard let earlier = flow.follows.flatMap({ self[$0] }) else { return nil }
        // A client may give itself a name in the earlier flow only after this one has begun.
        let isOfUnnamed = flow.name == nil && flow.prelude.challenge == nil && !flow.attribution.isDoubtful
        return isOfUnnamed || earlier.isOfClient(of: flow) ? earlier.number : nil
    }
}

extension Flow {
    /// How many clients have begun after a request, by the metadata that they read and by the login, beyond those that
    /// were challenged.
    fileprivate func beginners(after entry: Int) -> Int {
        let events = (prelude.events + readings.events).filter { $0.moment.entry > entry }
        let read = Dictionary(grouping: events.compactMap(\.document)) { $0 }.values.map(\.count).max() ?? 0
        let login = attribution.hasLogin && attribution.authorization ?? 0 > entry ? 1 : 0
        return max(0, max(read, login) - events.count { $0.kind == .challenge })
    }
}

extension ClientEvidence {
    /// The digests of its user agents, and that of requests without one.
    func agentKeys(on machine: String) -> [Digest] {
        agents + (isUnnamed ? [ClassifiedExchange.unnamedAgent(of: machine)] : [])
    }
}

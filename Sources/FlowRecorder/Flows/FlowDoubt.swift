internal import OAuth
internal import Primitives

/// Logins whose client is not known: what was read before them, or the flow that they seem to continue, is a guess
/// until the client's first message with its token, and another client may have asked.
///
/// Such a login has no name, so that no client is charged with what another one did.
extension FlowTable {
    /// A client that may have asked for a login, as it was known then.
    struct Asking: Sendable {
        let flow: Int
        /// The digest of the name that it had given itself.
        let name: Digest?
    }

    private static let maximumAsking = 8

    /// Notes the clients that may have sent an authorization request, if it is the first one of a flow: the one that it
    /// seems to be of, those that have begun to log in, and those that have to do so again.
    mutating func noteAsking(_ number: Int, _ classified: ClassifiedExchange) {
        guard let flow = flows[number], !flow.attribution.hasLogin else { return }
        let time = classified.exchange.time
        let others = flows.filter { other in
            other.number != number && other.machine == flow.machine && other.mayLogIn
                && time - (other.lastMoment?.time ?? time) < Self.adoption
        }.sorted { $0.lastEntry > $1.lastEntry }.prefix(Self.maximumAsking)
        change(number) { changed in
            changed.attribution.asking = ([flow] + others).map { Asking(flow: $0.number, name: $0.name?.digest) }
        }
    }

    /// Whether another client may have asked for the login of a flow, so that it is not known whose it is.
    ///
    /// - Parameter flow: a flow with its prelude.
    func isDoubtful(_ flow: Flow) -> Bool {
        guard let guess = guess(about: flow) else { return false }
        let name = flow.name?.digest
        return flow.attribution.asking.contains { client in
            guard client.name.map({ $0 != name }) ?? (client.flow != flow.number) else { return false }
            let others = flows(of: client, on: flow.machine)
            return others.isEmpty
                || others.contains { other in
                    let isOther = client.name != nil || !withSharedPrelude(other).isOfClient(of: flow)
                    return isOther && mayBe(other, of: flow, besides: guess)
                }
        }
    }

    /// The flow of a client, or all of its name: the one that it had may have turned out to be another client's.
    private func flows(of client: Asking, on machine: String) -> [Flow] {
        let flow = flows[client.flow]
        guard let name = client.name, name != flow?.name?.digest else { return [flow].compactMap(\.self) }
        return flows.filter { $0.machine == machine && $0.name?.digest == name }
    }

    /// What identifies the client of a flow if it is not known by its own requests with a key; nil where it is.
    private func guess(about flow: Flow) -> ClientEvidence? {
        guard flow.evidence.name == nil, flow.name != nil || flow.hasGuessedAgent else { return nil }
        guard flow.prelude.isEmpty else { return flow.prelude.evidence }
        return flow.follows.flatMap { flows[$0] }?.identity ?? flow.prelude.evidence
    }

    /// Whether the client of another flow may be the one that asked for a login, as far as client ids and user agents
    /// tell.
    private func mayBe(_ other: Flow, of login: Flow, besides guess: ClientEvidence) -> Bool {
        if other.attribution.isSettled, let its = other.evidence.clientID, let id = login.clientID, id != its,
            clientIDs.contains(id)
        {
            return false
        }
        let (identity, sent) = (other.isAskedByOne ? other.identity : other.prelude.evidence, login.evidence)
        let ownAgents = (sent.agents + [login.attribution.browser].compactMap(\.self)).filter(guess.agents.contains)
        guard ownAgents.isEmpty || ownAgents.contains(where: identity.agents.contains) else { return false }
        // A client may send requests with a user agent, and others with another one or without.
        return sent.isEmpty || identity.agreement(with: sent) >= min(-1, guess.agreement(with: sent))
    }
}

extension Flow {
    /// Whether it is known that its token requests are those of the client that began it.
    fileprivate var isAskedByOne: Bool {
        attribution.isSettled || evidence.name != nil
            || attribution.asking.allSatisfy { client in
                client.name.map { $0 == name?.digest } ?? (client.flow == number)
            }
    }

    /// Whether only what came before the authorization tells the client's user agent.
    fileprivate var hasGuessedAgent: Bool { evidence.agentName == nil && agentName != nil }

    /// Whether its client has begun to log in, or has to log in again.
    fileprivate var mayLogIn: Bool {
        if isDiscovery { return prelude.isOfLogin }
        return callsForAnother || attribution.hasLogin && !attribution.hasToken
    }
}

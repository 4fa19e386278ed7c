internal import HTTPEdge
internal import OAuth
internal import Primitives

/// What identifies the client of some requests, as far as they tell: its own requests, not those of a person's browser.
///
/// Some clients send a user agent with their messages and none with token requests, so several agents, and none, can be
/// one client.
struct ClientEvidence: Equatable, Sendable {
    /// The name that a client gives itself in `clientInfo`.
    struct Name: Equatable, Sendable {
        /// The digest of name and version.
        let digest: Digest
        let name: SafeText
        let version: SafeText?

        /// Whether a user agent says this name, and so is the client's own and not that of a library: `name/1.0`.
        func isSaid(by agent: String?) -> Bool {
            guard let agent = agent?.lowercased() else { return false }
            let own = name.text.lowercased()
            return agent == own || ["/", " "].contains { agent.hasPrefix(own + $0) }
        }

        var size: Int { name.size + (version?.size ?? 0) }
    }

    private static let maximumAgents = 4

    /// The digests of machine, user agent and origin; see ``ClassifiedExchange/agent``.
    private(set) var agents: [Digest] = []
    /// Whether requests came without a user agent.
    var isUnnamed = false
    /// Whether there were messages, with or without a token.
    private(set) var hasMessage = false
    /// The first user agent.
    private(set) var agentName: SafeText?
    /// The name in `clientInfo`.
    private(set) var name: Name?
    /// The digest of the client id in token requests: the one with which the client got tokens, else the first.
    private(set) var clientID: Digest?
    /// The program that sent the first message.
    private(set) var program: Digest?

    /// Whether requests came with several user agents, or with one and without.
    var hasSeveralAgents: Bool { agents.count + (isUnnamed ? 1 : 0) > 1 }

    /// Whether nothing is known.
    var isEmpty: Bool { agents.isEmpty && !isUnnamed && name == nil }

    /// Adds what a request of the client tells.
    mutating func note(_ classified: ClassifiedExchange, _ secrets: SecretScanner) {
        if let agent = classified.exchange.request.fields.first("user-agent") {
            let digest = classified.agent
            if !agents.contains(digest), agents.count < Self.maximumAgents { agents.append(digest) }
            agentName = agentName ?? secrets.excerpt(agent)
        } else {
            isUnnamed = true
        }
        switch classified.event {
        case .message:
            hasMessage = true
            program = program ?? classified.program
            if name == nil, let info = classified.clientInfo {
                name = Name(
                    digest: info.digest, name: secrets.excerpt(info.name), version: info.version.map(secrets.excerpt))
            }
        case .token(_, .issued): clientID = classified.clientID ?? clientID
        case .token: clientID = clientID ?? classified.clientID
        default: break
        }
    }

    /// What requests other than messages tell.
    var withoutName: ClientEvidence {
        var evidence = self
        (evidence.name, evidence.hasMessage, evidence.program) = (nil, false, nil)
        return evidence
    }

    /// Notes the name that the client gave itself elsewhere.
    mutating func note(_ name: Name) { self.name = self.name ?? name }

    /// Adds what other requests of the same client tell.
    mutating func merge(_ other: ClientEvidence) {
        for agent in other.agents where !agents.contains(agent) && agents.count < Self.maximumAgents {
            agents.append(agent)
        }
        isUnnamed = isUnnamed || other.isUnnamed
        hasMessage = hasMessage || other.hasMessage
        agentName = agentName ?? other.agentName
        name = name ?? other.name
        clientID = clientID ?? other.clientID
        program = program ?? other.program
    }

    /// How well two pieces of evidence fit one client: positive if they do, 0 if they do not tell, negative if they
    /// contradict each other.
    func agreement(with other: ClientEvidence) -> Int {
        guard !isEmpty, !other.isEmpty else { return 0 }
        var sum = 0
        if let name, let its = other.name { sum += name.digest == its.digest ? 8 : -8 }
        if let clientID, let its = other.clientID, clientID != its { sum -= 8 }
        if !agents.isEmpty, !other.agents.isEmpty {
            sum += agents.contains(where: other.agents.contains) ? 4 : -4
        } else if hasMessage, other.hasMessage, agents.isEmpty != other.agents.isEmpty {
            sum -= 4
        }
        if isUnnamed == other.isUnnamed { return sum + (isUnnamed ? 1 : 0) }
        return sum - 1
    }

    /// Whether the client may give itself one name in both; unless it gives none.
    func mayShareName(with other: ClientEvidence) -> Bool {
        guard let name, let its = other.name else { return true }
        return name.digest == its.digest
    }

    /// Whether the user agents fit one client; names do not count, because a request for metadata carries none.
    func sharesAgent(with other: ClientEvidence) -> Bool {
        agents.contains(where: other.agents.contains) || (isUnnamed && other.isUnnamed)
    }

    /// The approximate memory besides itself, in bytes.
    var size: Int {
        agents.count * MemoryLayout<Digest>.size + (agentName?.size ?? 0) + (name?.size ?? 0)
    }
}

extension ClassifiedExchange {
    /// The machine and user agent, and of a page its origin: several pages in one browser are several clients.
    var agent: Digest { sender.agent }

    /// The user agent, and of a page its origin, on whichever machine.
    var program: Digest { sender.program }

    /// The agent of requests of a machine without a user agent.
    static func unnamedAgent(of machine: String) -> Digest { Digest(of: "\(machine)|") }

    /// The digest of the client id that the request names: in the query, in the form or in Basic.
    var clientID: Digest? { sender.clientID }
}

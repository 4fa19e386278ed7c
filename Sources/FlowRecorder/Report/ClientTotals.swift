internal import OAuth
internal import Primitives

/// The findings of flows that are no longer kept, by client.
struct ClientTotals: Sendable {
    private struct Identity: Hashable {
        let machine: String
        /// The digest of the name that the client gives itself, or else of its user agent.
        let digest: Digest
    }

    /// The maximum number of clients; the findings of further ones, and of those without a name, are one.
    private static let capacity = 200
    private var positions: [Identity: Int] = [:]
    /// What is known of each client.
    private(set) var members: [ClientGroups.Member] = []
    /// The findings about each client.
    private(set) var findings: [Findings] = []
    /// The findings about clients that cannot be told apart any more.
    private(set) var others = Findings()

    mutating func add(_ more: Findings, of flow: Flow) {
        guard !more.isEmpty else { return }
        let agents = flow.identity.agents
        guard let digest = flow.name?.digest ?? agents.first else { return others.merge(more) }
        let identity = Identity(machine: flow.machine, digest: digest)
        if let position = positions[identity] { return findings[position].merge(more) }
        guard members.count < Self.capacity else { return others.merge(more) }
        positions[identity] = members.count
        members.append(
            ClientGroups.Member(
                flow: nil, machine: flow.machine, name: flow.name, agents: agents, agentName: flow.agentName,
                continued: nil))
        findings.append(more)
    }
}

internal import OAuth
internal import Primitives

/// The findings of flows that are no longer kept, by client.
struct ClientTotals: Sendable {
    private struct Identity: Hashable {
        let machine: String
        /// The digest of the name that the client gives itself, or else of its user agent and client id.
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

    /// The metadata that were read in flows that are no longer kept.
    private(set) var readings = BoundedTable<MetadataReadings.Document, Int>(capacity: 1000)

    /// The latest request of clients without a name, by their user agents.
    private(set) var agents = BoundedTable<Digest, Int>(capacity: 500)

    mutating func noteAgents(of flow: Flow) {
        guard flow.name == nil else { return }
        for agent in flow.identity.agentKeys(on: flow.machine) {
            agents[agent] = max(agents[agent] ?? 0, flow.lastEntry)
        }
    }

    mutating func noteReadings(of flow: Flow) {
        for (document, entry) in MetadataReadings.documents(of: flow) where readings[document] == nil {
            readings[document] = entry
        }
    }

    /// Adds findings about a client.
    mutating func add(_ more: Findings, of member: ClientGroups.Member) {
        guard !more.isEmpty else { return }
        let nameless = member.agents.first.map { Digest(of: "\($0.hex) \(member.clientID?.hex ?? "")") }
        guard let digest = member.name?.digest ?? nameless else { return others.merge(more) }
        let identity = Identity(machine: member.machine, digest: digest)
        if let position = positions[identity] { return findings[position].merge(more) }
        guard members.count < Self.capacity else { return others.merge(more) }
        positions[identity] = members.count
        members.append(member)
        findings.append(more)
    }
}

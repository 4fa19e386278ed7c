internal import OAuth
internal import Primitives

/// Which flows are of one client: those in which it gives itself the same name, those that continue each other, and
/// those without a name whose user agent no other client has.
struct ClientGroups {
    /// A flow, or what is known of flows that are no longer kept.
    struct Member {
        /// The flow; nil for flows that are no longer kept.
        let flow: Int?
        let machine: String
        /// The name that the client gives itself.
        let name: ClientEvidence.Name?
        let agents: [Digest]
        let agentName: SafeText?
        /// The flow that it continues.
        let continued: Int?
    }

    private let members: [Member]
    /// For each member another one of the same client, or itself.
    private var parents: [Int]
    /// The names of clients, by their roots.
    private var names: [Digest?]

    init(_ members: [Member]) {
        self.members = members
        parents = Array(members.indices)
        names = members.map { $0.name?.digest }
        joinNames()
        joinAgents()
    }

    /// The positions of the members of each client; the client with the earliest flow first.
    var groups: [[Int]] {
        var groups: [Int: [Int]] = [:]
        for index in members.indices { groups[root(of: index), default: []].append(index) }
        return groups.values.sorted { order($0[0]) < order($1[0]) }
    }

    /// The name that the client of a group gives itself in any of its flows.
    func name(of group: [Int]) -> ClientEvidence.Name? { group.lazy.compactMap { members[$0].name }.first }

    private func order(_ index: Int) -> (Int, Int) { (members[index].flow ?? .max, index) }

    // MARK: - Joining

    private mutating func joinNames() {
        var named: [[String]: Int] = [:]
        var flows: [Int: Int] = [:]
        for (index, member) in members.enumerated() {
            if let name = member.name {
                let key = [member.machine, name.digest.hex]
                if let same = named[key] { join(same, index) } else { named[key] = index }
            }
            if let flow = member.flow { flows[flow] = index }
        }
        for (index, member) in members.enumerated() {
            guard let continued = member.continued.flatMap({ flows[$0] }) else { continue }
            let (one, other) = (names[root(of: continued)], names[root(of: index)])
            if one == nil || other == nil || one == other { join(continued, index) }
        }
    }

    private mutating func joinAgents() {
        let roots = members.indices.map(root)
        let named = Set(members.indices.filter { members[$0].name != nil }.map { roots[$0] })
        var unnamed: [Digest: Int] = [:]
        var owners: [Digest: Set<Int>] = [:]
        for (index, member) in members.enumerated() {
            for agent in member.agents {
                if named.contains(roots[index]) {
                    owners[agent, default: []].insert(roots[index])
                } else if let same = unnamed[agent] {
                    join(same, index)
                } else {
                    unnamed[agent] = index
                }
            }
        }
        var candidates: [Int: Set<Int>] = [:]
        for (agent, index) in unnamed { candidates[root(of: index), default: []].formUnion(owners[agent] ?? []) }
        for (group, owners) in candidates where owners.count == 1 {
            if let owner = owners.first { join(owner, group) }
        }
    }

    private func root(of index: Int) -> Int {
        var index = index
        while parents[index] != index { index = parents[index] }
        return index
    }

    private mutating func join(_ one: Int, _ other: Int) {
        let (one, other) = (root(of: one), root(of: other))
        parents[max(one, other)] = min(one, other)
        names[min(one, other)] = names[min(one, other)] ?? names[max(one, other)]
    }
}

extension FlowTable {
    /// The members of clients that its flows are, the oldest first.
    var members: [ClientGroups.Member] {
        all.map { flow in
            ClientGroups.Member(
                flow: flow.number, machine: flow.machine, name: flow.name, agents: flow.identity.agents,
                agentName: flow.agentName, continued: continued(by: flow))
        }
    }

    /// The name that the client of each flow gives itself in any of its flows.
    var clientNames: [Int: ClientEvidence.Name] {
        let members = members
        let groups = ClientGroups(members)
        var names: [Int: ClientEvidence.Name] = [:]
        for group in groups.groups {
            guard let name = groups.name(of: group) else { continue }
            for flow in group.compactMap({ members[$0].flow }) { names[flow] = name }
        }
        return names
    }
}

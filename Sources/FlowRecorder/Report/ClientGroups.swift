internal import OAuth
internal import Primitives

/// Which flows are of one client: those in which it gives itself the same name, those that continue each other, and
/// those without a name that have the same user agent.
///
/// A flow without a name is not that of a client with a name that has the same user agent: a thousand programs have
/// that of a library, and no verdict may go to a client for what another one did. Nor does the connection tell: the
/// clients of one process, and all behind a proxy, share connections.
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
        /// The digest of the client id; nil where no request named one.
        var clientID: Digest?
        /// The flow that it continues.
        let continued: Int?

        /// The client of a flow that is no longer kept.
        init(dropped flow: Flow) {
            self.init(
                flow: nil, machine: flow.machine, name: flow.name, agents: flow.identity.agents,
                agentName: flow.agentName, clientID: flow.clientID, continued: nil)
        }

        /// Some client that has the user agent of a flow's client.
        init(agentOf flow: Flow) {
            self.init(
                flow: nil, machine: flow.machine, name: nil, agents: flow.prelude.evidence.agents,
                agentName: flow.prelude.evidence.agentName ?? "a client without a user agent", continued: nil)
        }

        init(
            flow: Int?, machine: String, name: ClientEvidence.Name?, agents: [Digest], agentName: SafeText?,
            clientID: Digest? = nil, continued: Int?
        ) {
            (self.flow, self.machine, self.name, self.continued) = (flow, machine, name, continued)
            (self.agents, self.agentName, self.clientID) = (agents, agentName, clientID)
        }
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
        joinOwnAgents()
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

    /// Joins flows without a name to the client whose name their user agent says.
    private mutating func joinOwnAgents() {
        var named: [[String]: [Int]] = [:]
        for (index, member) in members.enumerated() {
            guard let name = member.name?.name.text.lowercased() else { continue }
            named[[member.machine, name], default: []].append(index)
        }
        for (index, member) in members.enumerated() where member.name == nil && names[root(of: index)] == nil {
            let owners = Self.names(saidBy: member.agentName?.text ?? "").flatMap {
                named[[member.machine, $0]] ?? []
            }
            if let owner = owners.min(), Set(owners.map(root)).count == 1 { join(owner, index) }
        }
    }

    /// The names that a user agent may say; see ``ClientEvidence/Name/isSaid(by:)``.
    private static func names(saidBy agent: String) -> [String] {
        let agent = agent.lowercased()
        return agent.indices.filter { agent[$0] == "/" || agent[$0] == " " }.map { String(agent[..<$0]) } + [agent]
    }

    /// Joins flows without a name that have the same user agent, unless their client ids differ.
    private mutating func joinAgents() {
        let roots = members.indices.map(root)
        let named = Set(members.indices.filter { members[$0].name != nil }.map { roots[$0] })
        let unnamed = members.indices.filter { !named.contains(roots[$0]) }
        var clientIDs: [Digest: Set<Digest>] = [:]
        for index in unnamed {
            for agent in members[index].agents {
                if let id = members[index].clientID { clientIDs[agent, default: []].insert(id) }
            }
        }
        var known: [[Digest?]: Int] = [:]
        for index in unnamed {
            for agent in members[index].agents {
                let ids = clientIDs[agent] ?? []
                let key = [agent, members[index].clientID ?? (ids.count == 1 ? ids.first : nil)]
                if let same = known[key] { join(same, index) } else { known[key] = index }
            }
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
    /// The members of clients that all its flows are, the oldest first.
    func members(_ all: [Flow]) -> [ClientGroups.Member] {
        all.map { flow in
            ClientGroups.Member(
                flow: flow.number, machine: flow.machine, name: flow.name, agents: flow.identity.agents,
                agentName: flow.agentName, clientID: flow.clientID, continued: continued(by: flow))
        }
    }

    /// The name that the client of each of all flows gives itself in any of its flows.
    func clientNames(_ all: [Flow]) -> [Int: ClientEvidence.Name] {
        let members = members(all)
        let groups = ClientGroups(members)
        var names: [Int: ClientEvidence.Name] = [:]
        for group in groups.groups {
            guard let name = groups.name(of: group) else { continue }
            for flow in group.compactMap({ members[$0].flow }) { names[flow] = name }
        }
        return names
    }
}

internal import OAuth
internal import Primitives

/// The findings about one client.
struct ClientReport: Sendable {
    /// The name for people: what it gives itself in any of its flows, else its user agent, else its first flow.
    let name: String
    /// Its user agents.
    private let agents: Set<String>
    let machine: String
    let flows: [Int]
    let findings: Findings

    fileprivate init(name: String, agents: Set<String>, machine: String, flows: [Int], findings: Findings) {
        (self.name, self.agents, self.machine, self.flows, self.findings) = (name, agents, machine, flows, findings)
    }

    /// Whether a name is the client's: in any case of letters, with or without the version after a slash.
    func isNamed(_ wanted: String) -> Bool { Self.isName(wanted, of: name) }

    /// Whether a name is that of its user agent.
    func hasAgent(_ wanted: String) -> Bool { agents.contains { Self.isName(wanted, of: $0) } }

    private static func isName(_ wanted: String, of name: String) -> Bool {
        let (wanted, name) = (wanted.lowercased(), name.lowercased())
        return name == wanted || name.hasPrefix("\(wanted)/")
    }

    /// The report on some of its flows.
    func with(flows: [Int], _ findings: Findings) -> ClientReport {
        ClientReport(name: name, agents: agents, machine: machine, flows: flows, findings: findings)
    }

    /// The findings that some requests show.
    func shown(by selection: ReportSelection) -> ClientReport { with(flows: flows, selection.shown(findings)) }
}

extension RuleChecks {
    /// A report on each client, by its first flow.
    func clients(among flows: FlowTable) -> [ClientReport] {
        let all = flows.all
        let findings = findings(about: all, among: flows)
        let readings = MetadataReadings(all)
        let ofAgents = all.map { ($0, findingsOfAgent($0, among: flows, readings)) }.filter { !$1.isEmpty }
        let members = flows.members(all) + totals.members + ofAgents.map { ClientGroups.Member(agentOf: $0.0) }
        let findingsOfOthers = totals.findings + ofAgents.map(\.1)
        let groups = ClientGroups(members)
        return groups.groups.map { group in
            var found = Findings()
            for index in group {
                let other = index - (members.count - findingsOfOthers.count)
                found.merge(members[index].flow.map { findings[$0] ?? Findings() } ?? findingsOfOthers[other])
            }
            let numbers = group.compactMap { members[$0].flow }
            let agents = group.compactMap { members[$0].agentName?.text }
            return ClientReport(
                name: groups.name(of: group)?.full ?? agents.first ?? numbers.first.map { "flow \($0)" } ?? "",
                agents: Set(agents), machine: members[group[0]].machine, flows: numbers, findings: found)
        }
    }
}

extension ClientEvidence.Name {
    /// The name with its version.
    fileprivate var full: String { version.map { "\(name.text)/\($0.text)" } ?? name.text }
}

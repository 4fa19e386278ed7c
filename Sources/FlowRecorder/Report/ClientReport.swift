internal import Primitives

/// The findings about one client.
struct ClientReport: Sendable {
    /// The names that it gives itself; the first one is shown.
    private(set) var names: [String]
    let machine: String
    private(set) var flows: [Int]
    private(set) var findings: Findings

    /// The name for people.
    var name: String { names.first ?? flows.first.map { "flow \($0)" } ?? "" }

    init(names: [String], machine: String, flows: [Int], findings: Findings) {
        (self.names, self.machine, self.flows, self.findings) = (names, machine, flows, findings)
    }

    mutating func add(_ other: ClientReport) {
        names += other.names.filter { !names.contains($0) }
        flows = (flows + other.flows).sorted()
        findings.merge(other.findings)
    }

    /// Whether a name is the client's: in any case of letters, with or without the version after a slash.
    func isNamed(_ wanted: String) -> Bool {
        let wanted = wanted.lowercased()
        return (names.isEmpty ? [name] : names).contains { name in
            let name = name.lowercased()
            return name == wanted || name.hasPrefix("\(wanted)/")
        }
    }

    /// The findings that some requests show.
    func shown(by selection: ReportSelection) -> ClientReport {
        ClientReport(names: names, machine: machine, flows: flows, findings: selection.shown(findings))
    }
}

/// The findings of flows that are no longer kept, by client.
struct ClientTotals: Sendable {
    private struct Identity: Hashable {
        let machine, name: String
    }

    /// The maximum number of clients; the findings of further ones, and of those without a name, are one.
    private static let capacity = 200
    private var findings: [Identity: Findings] = [:]
    /// The findings about clients that cannot be told apart any more.
    private(set) var others = Findings()

    mutating func add(_ more: Findings, of flow: Flow) {
        guard !more.isEmpty else { return }
        guard let name = flow.fullName else { return others.merge(more) }
        let identity = Identity(machine: flow.machine, name: name)
        guard findings[identity] != nil || findings.count < Self.capacity else { return others.merge(more) }
        findings[identity, default: Findings()].merge(more)
    }

    /// A report on each client.
    var reports: [ClientReport] {
        findings.map { identity, findings in
            ClientReport(names: [identity.name], machine: identity.machine, flows: [], findings: findings)
        }
    }
}

extension RuleChecks {
    /// A report on each client, by its first flow.
    ///
    /// Flows of one name on one machine are of one client, and so is a flow that continues another.
    func clients(among flows: FlowTable) -> [ClientReport] {
        var clients: [Int: ClientReport] = [:]
        var clientOfFlow: [Int: Int] = [:]
        let findings = findings(among: flows)
        for flow in flows.all {
            let report = ClientReport(
                names: [flow.fullName].compactMap(\.self), machine: flow.machine, flows: [flow.number],
                findings: findings[flow.number] ?? Findings())
            clients[flow.number] = report
            clientOfFlow[flow.number] = flow.number
            let named = clients.first { $0.key != flow.number && $0.value.isSame(as: report) }?.key
            let continued = self.continued(by: flow, among: flows).flatMap { clientOfFlow[$0] }
            for other in Set([named, continued].compactMap(\.self)).sorted() {
                join(flow: flow.number, to: other, &clients, &clientOfFlow)
            }
        }
        for report in totals.reports {
            if let same = clients.first(where: { $0.value.isSame(as: report) })?.key {
                clients[same]?.add(report)
            } else {
                clients[-clients.count - 1] = report
            }
        }
        return clients.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Joins the client of a flow and another one; the one with the earlier flow remains.
    private func join(
        flow: Int, to other: Int, _ clients: inout [Int: ClientReport], _ clientOfFlow: inout [Int: Int]
    ) {
        guard let own = clientOfFlow[flow], own != other else { return }
        let (kept, joined) = (min(own, other), max(own, other))
        guard let report = clients.removeValue(forKey: joined) else { return }
        clients[kept]?.add(report)
        for number in report.flows { clientOfFlow[number] = kept }
    }
}

extension Flow {
    /// The client's name for itself, with its version.
    fileprivate var fullName: String? {
        client.map { name in clientVersion.map { "\(name.text)/\($0.text)" } ?? name.text }
    }
}

extension ClientReport {
    fileprivate func isSame(as other: ClientReport) -> Bool {
        machine == other.machine && names.contains(where: other.names.contains)
    }
}

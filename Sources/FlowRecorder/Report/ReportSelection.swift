package import Primitives

/// The clients, flows and requests that a report is about.
package struct ReportSelection: Sendable {
    /// A client or flow that has not been seen.
    package struct Unknown: Error {
        /// `client` or `flow`.
        package let parameter: String
        /// What was seen: the latest, in order.
        package let seen: [SafeText]
    }

    private let client: String?
    private let flow: Int?
    private let since: Since?

    /// Selects by a client's name, the number of a flow, and the time of requests; nil selects all.
    package init(client: String? = nil, flow: Int? = nil, since: Since? = nil) {
        (self.client, self.flow, self.since) = (client, flow, since)
    }

    /// Whether it selects everything.
    private var isAll: Bool { client == nil && flow == nil }

    func shown(_ findings: Findings) -> Findings {
        guard let since else { return findings }
        return findings.shown { since.includes(entry: $0.entry, at: $0.time) }
    }

    /// The report on the selected clients.
    func report(_ rules: RuleChecks, _ flows: FlowTable) throws(Unknown) -> ReportDocument {
        var clients = rules.clients(among: flows)
        if let client {
            var named = clients.filter { $0.isNamed(client) }
            if named.isEmpty { named = clients.filter { $0.hasAgent(client) } }
            guard !named.isEmpty else {
                throw Unknown(
                    parameter: "client", seen: clients.suffix(Self.maximumSeen).map { "\(public: $0.name)" })
            }
            clients = named
        }
        if let flow {
            guard let known = flows[flow] else {
                throw Unknown(
                    parameter: "flow", seen: flows.all.suffix(Self.maximumSeen).map { "\($0.number)" })
            }
            clients = clients.filter { $0.flows.contains(flow) }.map {
                $0.with(flows: [flow], rules.findings(of: known, among: flows))
            }
        }
        clients = clients.map { $0.shown(by: self) }
        var findings = isAll ? shown(rules.totals.others) : Findings()
        for client in clients { findings.merge(client.findings) }
        return ReportDocument(clients: clients, findings: findings)
    }

    private static let maximumSeen = 20
}

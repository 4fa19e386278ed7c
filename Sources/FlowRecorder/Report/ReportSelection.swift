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
    private let required: [Rule]

    /// Selects by a client's name, the number of a flow, and the time of requests; nil selects all.
    ///
    /// - Parameter required: the names of the rules that fail when they were not seen.
    /// - Throws: ``UnknownRule``.
    package init(
        client: String? = nil, flow: Int? = nil, since: Since? = nil, required: [String] = []
    ) throws(UnknownRule) {
        (self.client, self.flow, self.since) = (client, flow, since)
        var rules: [Rule] = []
        for name in required {
            guard let rule = Rule.allCases.first(where: { $0.id == name }) else {
                throw UnknownRule(name: name, known: Rule.allCases.map(\.id))
            }
            rules.append(rule)
        }
        self.required = rules
    }

    /// Selects all.
    package static let all = ReportSelection()

    private init() {
        (client, flow, since, required) = (nil, nil, nil, [])
    }

    /// A name that is none of a rule.
    package struct UnknownRule: Error {
        package let name: String
        package let known: [String]
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
        return ReportDocument(
            clients: clients, others: isAll ? shown(rules.totals.others) : Findings(), required: required)
    }

    private static let maximumSeen = 20
}

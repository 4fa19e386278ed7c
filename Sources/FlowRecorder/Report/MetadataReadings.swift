internal import OAuth
internal import Primitives

/// The requests for metadata in all flows, by their agent: where it cannot be known which of several clients sent one,
/// none is accused of leaving it out.
///
/// It is made when it is first needed, and then answers each question without a look at all flows.
final class MetadataReadings {
    private struct Key: Hashable {
        let kind: Prelude.Event.Kind
        let machine: String
        /// Nil for requests without a user agent.
        let agent: Digest?
    }

    /// A document of one client that was served.
    struct Document: Hashable {
        let kind: Prelude.Event.Kind
        let machine: String
        /// The digest of the name that the client gives itself; of one without a name that of its user agent, or nil.
        let client: Digest?
        /// Nil for any of its kind.
        let path: Digest?
    }

    private typealias Request = (entry: Int, flow: Int)

    private let all: () -> [Flow]
    private lazy var flows = all()
    /// The metadata that were read in flows that are no longer kept.
    private let former: BoundedTable<Document, Int>
    /// The first request for each document.
    private lazy var documents = flows.reduce(into: [Document: Int]()) { found, flow in
        found.merge(Self.documents(of: flow), uniquingKeysWith: min)
    }
    /// The name of the client of each request, where it has one.
    private lazy var owners = flows.reduce(into: [Int: Digest]()) { found, flow in
        guard let name = flow.name?.digest else { return }
        for event in flow.prelude.events + flow.readings.events where event.isReading {
            found[event.moment.entry] = name
        }
    }
    /// In the order of their numbers.
    private lazy var requests = Self.requests(of: flows)
    /// The number of requests that were looked at.
    private(set) var looks = 0

    init(
        _ flows: @autoclosure @escaping () -> [Flow], former: BoundedTable<Document, Int> = BoundedTable(capacity: 1)
    ) {
        (all, self.former) = (flows, former)
    }

    /// Whether a flow's client, or one without a name that may be the same, has or may have read metadata before a
    /// request.
    func hasRead(_ kind: Prelude.Event.Kind, _ path: Digest?, clientOf flow: Flow, before entry: Int) -> Bool {
        ([flow.name?.digest] + Self.agents(of: flow.identity)).contains { client in
            looks += 1
            let document = Document(kind: kind, machine: flow.machine, client: client, path: path)
            let any = Document(kind: kind, machine: flow.machine, client: client, path: nil)
            return [documents[document], former[document], possible[any]].contains { $0.map { $0 < entry } ?? false }
        }
    }

    /// The first login of a client before which it may have read a document of a kind, in a request that seems to be
    /// another client's.
    private lazy var possible = flows.reduce(into: [Document: Int]()) { found, flow in
        guard let challenge = flow.prelude.challenge?.entry, let asked = flow.attribution.authorization else { return }
        for kind in [Prelude.Event.Kind.resourceMetadata, .serverMetadata] {
            guard !flow.prelude.has({ $0.kind == kind && $0.isServed }),
                mayInclude(kind, of: flow, since: challenge, before: asked)
            else { continue }
            for client in flow.name.map({ [$0.digest] }) ?? Self.agents(of: flow.identity) {
                let document = Document(kind: kind, machine: flow.machine, client: client, path: nil)
                found[document] = min(found[document] ?? .max, asked)
            }
        }
    }

    private static func agents(of evidence: ClientEvidence) -> [Digest?] {
        evidence.agents.map(Optional.some) + (evidence.isUnnamed ? [nil] : [])
    }

    /// The metadata that a flow's client read, with the first request for each.
    static func documents(of flow: Flow) -> [Document: Int] {
        var found: [Document: Int] = [:]
        for part in flow.prelude.parts + flow.readings.parts {
            let clients = flow.name.map { [$0.digest] } ?? agents(of: part.evidence)
            for event in part.events where event.isReading && event.isServed {
                for client in clients {
                    for path in [event.document, nil] {
                        let document = Document(kind: event.kind, machine: flow.machine, client: client, path: path)
                        found[document] = min(found[document] ?? .max, event.moment.entry)
                    }
                }
            }
        }
        return found
    }

    /// Whether a request in another flow may be that of a flow, between challenge and authorization.
    func mayInclude(
        _ kind: Prelude.Event.Kind, of flow: Flow, since challenge: Int, before authorization: Int
    ) -> Bool {
        Self.agents(of: flow.identity).contains { agent in
            let requests = requests[Key(kind: kind, machine: flow.machine, agent: agent)] ?? []
            var index = firstIndex(in: requests, after: challenge)
            while index < requests.count, requests[index].entry < authorization {
                looks += 1
                if requests[index].flow != flow.number { return true }
                index += 1
            }
            return false
        }
    }

    /// Whether a request for metadata is known to be of another client than that of a name.
    func isForeign(_ entry: Int, to name: Digest?) -> Bool {
        guard let name, let its = owners[entry] else { return false }
        return name != its
    }

    private func firstIndex(in requests: [Request], after entry: Int) -> Int {
        var (low, high) = (0, requests.count)
        while low < high {
            looks += 1
            let middle = (low + high) / 2
            if requests[middle].entry > entry { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func requests(of flows: [Flow]) -> [Key: [Request]] {
        var found: [Key: [Request]] = [:]
        for flow in flows {
            for part in flow.prelude.parts + flow.readings.parts {
                let agents = agents(of: part.evidence)
                for event in part.events where event.isReading {
                    for agent in agents {
                        found[Key(kind: event.kind, machine: flow.machine, agent: agent), default: []]
                            .append((event.moment.entry, flow.number))
                    }
                }
            }
        }
        return found.mapValues { $0.sorted { $0.entry < $1.entry } }
    }
}

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

    private typealias Request = (entry: Int, flow: Int)

    private let flows: [Flow]
    /// In the order of their numbers.
    private lazy var requests = Self.requests(of: flows)
    /// The number of requests that were looked at.
    private(set) var looks = 0

    init(_ flows: [Flow]) { self.flows = flows }

    /// Whether a request in another flow may be that of a flow, between challenge and authorization.
    func mayInclude(
        _ kind: Prelude.Event.Kind, of flow: Flow, since challenge: Int, before authorization: Int
    ) -> Bool {
        let identity = flow.identity
        let agents = identity.agents.map(Optional.some) + (identity.isUnnamed ? [nil] : [])
        return agents.contains { agent in
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
                let agents = part.evidence.agents.map(Optional.some) + (part.evidence.isUnnamed ? [nil] : [])
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

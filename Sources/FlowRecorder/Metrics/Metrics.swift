package import OAuth
internal import Synchronization

/// Counts answers and times them, for as long as the process lives.
package final class Metrics: Sendable {
    /// The figures of one endpoint.
    package struct Figures: Sendable {
        package fileprivate(set) var answers: [Int: Int] = [:]
        package fileprivate(set) var durations = Histogram()
    }

    /// What has been counted.
    package struct Counts: Sendable {
        package fileprivate(set) var endpoints: [EndpointName: Figures] = [:]
        /// Answers with tokens, by grant type; nil: by one that there is not, which a fault or a scenario can answer.
        package fileprivate(set) var tokens: [GrantType?: Int] = [:]
    }

    private let state = Mutex(Counts())
    private let sampler: CallSampler

    /// Takes what counts the calls that the journal does not record.
    init(_ sampler: CallSampler) {
        self.sampler = sampler
    }

    /// What has been counted so far, routine calls that were not recorded with it.
    package var counts: Counts {
        var counts = state.withLock { $0 }
        let unrecorded = sampler.unrecorded
        if unrecorded.count > 0 { counts.endpoints[.mcp, default: Figures()].add(unrecorded, status: 200) }
        return counts
    }

    /// Counts an exchange.
    func count(_ classified: ClassifiedExchange) {
        let exchange = classified.exchange
        let grant = exchange.endpoint == .token && exchange.status == 200 ? classified.form?.first(.grantType) : nil
        state.withLock { counts in
            counts.endpoints[exchange.endpoint, default: Figures()].add(exchange.duration, status: exchange.status)
            if let grant { counts.tokens[GrantType(rawValue: grant), default: 0] += 1 }
        }
    }
}

extension Metrics.Figures {
    fileprivate mutating func add(_ duration: Duration, status: Int) {
        answers[status, default: 0] += 1
        durations.add(duration)
    }

    fileprivate mutating func add(_ durations: Histogram, status: Int) {
        answers[status, default: 0] += durations.count
        self.durations += durations
    }
}

package import OAuth
internal import Synchronization

/// The counts and durations of answers since the process started.
package final class Metrics: Sendable {
    /// The counts of one endpoint.
    package struct Figures: Sendable {
        package fileprivate(set) var answers: [Int: Int] = [:]
        package fileprivate(set) var durations = Histogram()
    }

    /// All counts.
    package struct Counts: Sendable {
        package fileprivate(set) var endpoints: [EndpointName: Figures] = [:]
        /// Answers with tokens, by grant type; nil for an unknown one, which a fault or scenario can answer.
        package fileprivate(set) var tokens: [GrantType?: Int] = [:]
    }

    private let state = Mutex(Counts())
    private let sampler: CallSampler

    /// Takes the counts of the calls that the journal does not record.
    init(_ sampler: CallSampler) {
        self.sampler = sampler
    }

    /// The counts so far, including routine calls that were not recorded.
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

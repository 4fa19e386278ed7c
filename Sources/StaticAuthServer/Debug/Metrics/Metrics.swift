internal import OAuth
internal import Synchronization

/// Counts answers and times them, for as long as the process lives.
final class Metrics: Sendable {
    /// The figures of one endpoint.
    struct Figures: Sendable {
        fileprivate(set) var answers: [Int: Int] = [:]
        fileprivate(set) var durations = Histogram()
    }

    /// How long answers took.
    struct Histogram: Sendable {
        /// How many answers took at most as long as each of ``Metrics/bounds``, and not as long as the one before.
        private(set) var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        private(set) var sum = Duration.zero
        private(set) var count = 0

        private static let bounds = Metrics.bounds.map { Duration.seconds($0) }

        /// Counts an answer.
        mutating func add(_ duration: Duration) {
            buckets[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
            sum += duration
            count += 1
        }

        static func += (left: inout Histogram, right: Histogram) {
            for (index, count) in right.buckets.enumerated() { left.buckets[index] += count }
            left.sum += right.sum
            left.count += right.count
        }
    }

    /// What has been counted.
    struct Counts: Sendable {
        fileprivate(set) var endpoints: [EndpointName: Figures] = [:]
        /// Answers with tokens, by grant type; nil: by one that there is not, which a fault or a scenario can answer.
        fileprivate(set) var tokens: [GrantType?: Int] = [:]
    }

    /// The upper bounds of the histogram's buckets, in seconds.
    static let bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    private let state = Mutex(Counts())
    private let routine: CallSampler

    /// Takes what counts the calls that the journal does not record.
    init(_ routine: CallSampler) {
        self.routine = routine
    }

    var counts: Counts {
        var counts = state.withLock { $0 }
        let unrecorded = routine.unrecorded
        if unrecorded.count > 0 { counts.endpoints[.mcp, default: Figures()].add(unrecorded, status: 200) }
        return counts
    }

    /// Counts an exchange.
    func count(_ exchange: Exchange) {
        let grant = exchange.endpoint == .token && exchange.status == 200 ? exchange.form?.first(.grantType) : nil
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

    fileprivate mutating func add(_ durations: Metrics.Histogram, status: Int) {
        answers[status, default: 0] += durations.count
        self.durations += durations
    }
}

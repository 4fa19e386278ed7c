internal import OAuth
internal import Synchronization

/// Counts answers and times them, for as long as the process lives.
final class Metrics: Sendable {
    /// The figures of one endpoint.
    struct Figures: Sendable {
        fileprivate(set) var answers: [Int: Int] = [:]
        /// How many answers took at most as long as each of ``Metrics/bounds``, and not as long as the one before.
        fileprivate(set) var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        fileprivate(set) var seconds = 0.0
    }

    /// What has been counted.
    struct Counts: Sendable {
        fileprivate(set) var endpoints: [EndpointName: Figures] = [:]
        /// Answers with tokens, by grant type.
        fileprivate(set) var tokens: [String: Int] = [:]
    }

    /// The upper bounds of the histogram's buckets, in seconds.
    static let bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    /// Counts an exchange.
    func count(_ exchange: Observation) {
        let seconds = exchange.duration.milliseconds / 1000
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        let grant = exchange.endpoint == .token && exchange.status == 200 ? exchange.form?.first(.grantType) : nil
        state.withLock { counts in
            counts.endpoints[exchange.endpoint, default: Figures()].count(exchange.status, bucket, seconds)
            if let grant, grant.utf8.count <= 64 { counts.tokens[grant, default: 0] += 1 }
        }
    }
}

extension Metrics.Figures {
    fileprivate mutating func count(_ status: Int, _ bucket: Int, _ seconds: Double) {
        answers[status, default: 0] += 1
        buckets[bucket] += 1
        self.seconds += seconds
    }
}

/// The durations of answers, as a Prometheus histogram.
package struct Histogram: Sendable {
    /// The upper bounds of the buckets, in seconds.
    package static let bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    /// The number of answers per bucket: within its bound of ``bounds``, and beyond the one before.
    package private(set) var buckets = [Int](repeating: 0, count: bounds.count + 1)
    /// The sum of all durations.
    package private(set) var sum = Duration.zero
    /// The number of answers.
    package private(set) var count = 0

    /// Makes an empty one.
    package init() {}

    private static let durations = bounds.map { Duration.seconds($0) }

    /// Counts an answer.
    package mutating func add(_ duration: Duration) {
        buckets[Self.durations.firstIndex { duration <= $0 } ?? Self.durations.count] += 1
        sum += duration
        count += 1
    }

    static func += (left: inout Histogram, right: Histogram) {
        for (index, count) in right.buckets.enumerated() { left.buckets[index] += count }
        left.sum += right.sum
        left.count += right.count
    }
}

internal import FlowRecorder
internal import Synchronization

/// What the gateway counts.
final class GatewayMetrics: Sendable {
    private struct Answer: Hashable, Comparable {
        let route: String
        let status: Int

        static func < (left: Answer, right: Answer) -> Bool {
            (left.route, left.status) < (right.route, right.status)
        }
    }

    private struct Counts {
        var answers: [Answer: Int] = [:]
        var calls: [String: Int] = [:]
        var durations = Histogram()
        var opened = 0
        var ended = 0
    }

    private let counts = Mutex(Counts())

    /// Counts an answer.
    func answered(_ route: String, _ status: Int) {
        counts.withLock { $0.answers[Answer(route: route, status: status), default: 0] += 1 }
    }

    /// Counts a call to a tool.
    ///
    /// - Parameter outcome: `ok`, `tool_error`, or the code of the failure.
    func called(_ outcome: String, _ duration: Duration) {
        counts.withLock { counts in
            counts.calls[outcome, default: 0] += 1
            counts.durations.add(duration)
        }
    }

    func sessionOpened() { counts.withLock { $0.opened += 1 } }
    func sessionEnded() { counts.withLock { $0.ended += 1 } }

    /// The text for Prometheus.
    ///
    /// - Parameters:
    ///   - sessions: the number of sessions in memory.
    ///   - isStoreUp: whether Redis can be reached; nil without one.
    func text(sessions: Int, isStoreUp: Bool?) -> String {
        let counts = counts.withLock { $0 }
        var lines: [String] = []
        func metric(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
            lines += samples.map { "\(name)\($0.labels) \($0.value)" }
        }
        metric("mcp_gateway_sessions", "gauge", "Sessions in memory.", [("", "\(sessions)")])
        metric("mcp_gateway_sessions_opened_total", "counter", "Sessions opened.", [("", "\(counts.opened)")])
        metric("mcp_gateway_sessions_ended_total", "counter", "Sessions disconnected.", [("", "\(counts.ended)")])
        if let isStoreUp {
            metric("mcp_gateway_redis_up", "gauge", "Whether Redis can be reached.", [("", isStoreUp ? "1" : "0")])
        }
        metric(
            "mcp_gateway_requests_total", "counter", "Requests, by route and status.",
            counts.answers.sorted { $0.key < $1.key }.map {
                ("{route=\"\($0.key.route)\",status=\"\($0.key.status)\"}", "\($0.value)")
            })
        metric(
            "mcp_gateway_calls_total", "counter", "Calls of tools, by outcome.",
            counts.calls.sorted { $0.key < $1.key }.map { ("{outcome=\"\($0.key)\"}", "\($0.value)") })
        let name = "mcp_gateway_call_duration_seconds"
        lines += ["# HELP \(name) Durations of calls of tools.", "# TYPE \(name) histogram"]
        var sum = 0
        for (bound, count) in zip(Histogram.bounds.map { "\($0)" } + ["+Inf"], counts.durations.buckets) {
            sum += count
            lines.append("\(name)_bucket{le=\"\(bound)\"} \(sum)")
        }
        lines += [
            "\(name)_sum \(counts.durations.sum / .seconds(1))", "\(name)_count \(counts.durations.count)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}

internal import FlowRecorder
internal import HTTPEdge
internal import OAuth

/// `/metrics`: metrics for Prometheus.
///
/// The text format, version 0.0.4. Labels have a fixed set of values: text of a client can neither break the format nor
/// create a series.
struct MetricsRoute: Route {
    let metrics: Metrics
    let gauges: Gauges

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.download(
            "text/plain; version=0.0.4; charset=utf-8",
            Array((requests + durations + tokens + levels).joined(separator: "\n").utf8) + [0x0A])
    }

    private var requests: [String] {
        Self.head("requests_total", "counter", "Requests answered, by endpoint and status.")
            + figures.flatMap { endpoint, figures in
                figures.answers.sorted { $0.key < $1.key }.map { status, count in
                    "\(Self.prefix)requests_total{endpoint=\"\(endpoint.rawValue)\",status=\"\(status)\"} \(count)"
                }
            }
    }

    private var durations: [String] {
        let name = "request_duration_seconds"
        return Self.head(name, "histogram", "Time from a request to the head of its answer, by endpoint.")
            + figures.flatMap { endpoint, figures -> [String] in
                let label = "endpoint=\"\(endpoint.rawValue)\""
                var sum = 0
                let buckets = zip(Histogram.bounds.map { "\($0)" } + ["+Inf"], figures.durations.buckets).map {
                    bound, count in
                    sum += count
                    return "\(Self.prefix)\(name)_bucket{\(label),le=\"\(bound)\"} \(sum)"
                }
                return buckets + [
                    "\(Self.prefix)\(name)_sum{\(label)} \(figures.durations.sum / .seconds(1))",
                    "\(Self.prefix)\(name)_count{\(label)} \(sum)",
                ]
            }
    }

    private var tokens: [String] {
        Self.head("tokens_issued_total", "counter", "Answers with tokens, by grant type.")
            + metrics.counts.tokens.map { (name: $0?.rawValue ?? "other", count: $1) }.sorted { $0.name < $1.name }
            .map { "\(Self.prefix)tokens_issued_total{grant_type=\"\($0.name)\"} \($0.count)" }
    }

    private var levels: [String] {
        let sessions = gauges.sessions().map {
            Self.head("sessions", "gauge", "Sessions of MCP that are open.") + ["\(Self.prefix)sessions \($0)"]
        }
        return (sessions ?? [])
            + Self.head("streams", "gauge", "Event streams on which the server may speak unasked.")
            + ["\(Self.prefix)streams \(gauges.streams())"]
            + Self.head("connections", "gauge", "Open connections.")
            + ["\(Self.prefix)connections \(gauges.connections())"]
            + Self.head("info", "gauge", "The version of the server.")
            + ["\(Self.prefix)info{version=\"\(Version.current)\"} 1"]
    }

    private var figures: [(key: EndpointName, value: Metrics.Figures)] {
        metrics.counts.endpoints.sorted { $0.key.rawValue < $1.key.rawValue }
    }

    private static let prefix = "static_auth_server_"

    private static func head(_ name: String, _ type: String, _ help: String) -> [String] {
        ["# HELP \(prefix)\(name) \(help)", "# TYPE \(prefix)\(name) \(type)"]
    }
}

/// The present values of gauges, computed on request.
struct Gauges: Sendable {
    /// The number of sessions, where the store can count them.
    let sessions: @Sendable () -> Int?
    let streams: @Sendable () -> Int
    let connections: @Sendable () -> Int
}

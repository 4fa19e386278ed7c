internal import FlowRecorder
internal import OAuth
internal import Primitives

/// A filter of journal entries: the parameters `endpoint`, `status`, `flow`, `trace`, `since` and `limit`.
struct JournalFilter: Sendable {
    private var endpoints: Set<EndpointName>?
    private var statuses: Set<StatusPattern>?
    private var flow: Int?
    private var trace: TraceContext.ID?
    private var since: Since?
    /// The maximum number of matching entries; the last ones are taken.
    private var limit: Int?

    private enum StatusPattern: Hashable {
        case code(Int)
        case hundreds(Int)
    }

    /// Reads the filters of a query.
    ///
    /// - Throws: `invalid_request` with the valid filters.
    init(_ query: DebugQuery) throws(OAuthError) {
        if let names = query.list("endpoint") {
            var endpoints: Set<EndpointName> = []
            for name in names {
                guard let endpoint = EndpointName(rawValue: name) else {
                    let known = EndpointName.allCases.map(\.rawValue).joined(separator: ", ")
                    throw OAuthError(.invalidRequest, "endpoint is one of \(known), or several with commas.")
                }
                endpoints.insert(endpoint)
            }
            self.endpoints = endpoints
        }
        if let texts = query.list("status") {
            var statuses: Set<StatusPattern> = []
            for text in texts { statuses.insert(try Self.status(text)) }
            self.statuses = statuses
        }
        flow = try query.number("flow", in: 1...Int.max)
        if let text = query["trace"] {
            guard let id = TraceContext.ID(text) else {
                throw OAuthError(
                    .invalidRequest, "trace is the id of a trace: 32 hexadecimal digits in lower case, not all zero.")
            }
            trace = id
        }
        limit = try query.number("limit", in: 1...Journal.capacity)
        since = try query.since()
    }

    private static func status(_ text: String) throws(OAuthError) -> StatusPattern {
        if let code = Int(text), (100...599).contains(code) { return .code(code) }
        if text.utf8.count == 3, text.lowercased().hasSuffix("xx"), let digit = Int(text.prefix(1)),
            (1...5).contains(digit)
        {
            return .hundreds(digit)
        }
        throw OAuthError(
            .invalidRequest, "status is a code such as 401 or a class such as 4xx, or several with commas.")
    }

    /// The matching entries, in order.
    func select(_ entries: [JournalEntry]) -> [JournalEntry] {
        var entries = entries[...]
        switch since {
        case .entry(let number):
            if let position = entries.lastIndex(where: { $0.number == number }) {
                entries = entries[(position + 1)...]
            } else {
                entries = entries.filter { $0.number > number }[...]
            }
        case .time(let text): entries = entries.filter { $0.time.iso8601 >= text }[...]
        case nil: break
        }
        let matching = entries.filter(matches)
        return limit.map { Array(matching.suffix($0)) } ?? matching
    }

    /// Whether an entry matches, apart from the limit.
    func matches(_ entry: JournalEntry) -> Bool {
        if let endpoints, !endpoints.contains(entry.endpoint) { return false }
        if let flow, entry.flow != flow { return false }
        if let trace, entry.trace?.isOf(trace) != true { return false }
        if let statuses {
            return statuses.contains(.code(entry.status)) || statuses.contains(.hundreds(entry.status / 100))
        }
        return true
    }
}

internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// `/debug/requests/await`: answers once enough entries match, or after a timeout with those that do.
///
/// Existing entries count. The status is 200, or 504 after the timeout.
struct JournalAwaitRoute: Route {
    let recorder: Recorder
    /// The timer that ends the wait.
    let background: Background

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, JournalFilter.parameters + ["count", "timeout"])
        let filter = try JournalFilter(query)
        let wanted = try query.number("count", in: 1...Journal.capacity) ?? 1
        let seconds = try query.number("timeout", in: 0...60) ?? 10
        let journal = recorder.journal
        guard let changes = recorder.changes.listen() else {
            throw DebugRefusal.tooManyListeners
        }
        // Without listeners a request may have been queued for up to a second.
        recorder.catchUp()
        let matching = await withTaskGroup(of: [JournalEntry]?.self) { group in
            group.addTask {
                var watch = JournalWatch(journal: journal, filter: filter)
                var signals = changes.makeAsyncIterator()
                repeat {
                    guard watch.hasNews() else { continue }
                    let matching = filter.select(journal.entries)
                    if matching.count >= wanted { return matching }
                } while await signals.next() != nil
                return filter.select(journal.entries)
            }
            group.addTask {
                try? await background.pause(for: .seconds(seconds))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            recorder.catchUp()
            return filter.select(journal.entries)
        }
        var document = JournalRoute.document(of: matching, recorder)
        guard matching.count < wanted else { return Responses.json(.ok, document) }
        document["error"] = "timeout"
        document["error_description"] = .string("\(matching.count) of \(wanted) requests came within \(seconds) s.")
        return Responses.json(.gatewayTimeout, document)
    }
}

/// Checks only new entries, so that other requests cost a waiting one next to nothing.
struct JournalWatch {
    let journal: Journal
    let filter: JournalFilter
    private var mark: Int?

    init(journal: Journal, filter: JournalFilter) {
        (self.journal, self.filter) = (journal, filter)
    }

    /// Whether a matching entry was added since the last call.
    mutating func hasNews() -> Bool {
        let (entries, mark) = journal.news(since: mark)
        defer { self.mark = mark }
        return entries.contains(where: filter.matches)
    }
}

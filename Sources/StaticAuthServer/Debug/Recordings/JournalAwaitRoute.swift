internal import Primitives
internal import FlowRecorder
internal import HTTPEdge

/// `/debug/requests/await`: answers once enough entries match, or after a while with what there is.
///
/// Entries that are there already count. The status says which it was: 200, or 504 when the time was over.
struct JournalAwaitRoute: Route {
    let recorder: Recorder
    /// Ends the wait when the time is over.
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
        // What came before somebody listened would wait for a second.
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

/// Looks at what is new in the journal, so that a request that is not awaited costs a waiting one next to nothing.
struct JournalWatch {
    let journal: Journal
    let filter: JournalFilter
    private var mark: Int?

    init(journal: Journal, filter: JournalFilter) {
        (self.journal, self.filter) = (journal, filter)
    }

    /// Whether anything that matches has come since the last call.
    mutating func hasNews() -> Bool {
        let (entries, mark) = journal.news(since: mark)
        defer { self.mark = mark }
        return entries.contains(where: filter.matches)
    }
}

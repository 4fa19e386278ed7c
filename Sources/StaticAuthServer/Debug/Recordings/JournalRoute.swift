internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// `/debug/requests`: requests to the server, and its answers.
struct JournalRoute: Route {
    let recorder: Recorder

    /// The formats of entries.
    private enum Format: String, CaseIterable {
        case json
        case ndjson
        case har
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        if request.method == .delete {
            return Responses.json(.ok, ["deleted": JSONValue(recorder.forget())])
        }
        let query = try DebugQuery(request, JournalFilter.parameters + ["format"])
        let format = try query.choice("format", Format.self, default: .json)
        let journal = recorder.journal
        let entries = try JournalFilter(query).select(journal.entries)
        switch format {
        case .json: return Responses.json(.ok, Self.document(of: entries, recorder))
        case .ndjson:
            let lines = entries.flatMap { entry -> [UInt8] in
                JSONWriter.bytes(of: JournalDocument(entry: entry, secrets: journal.secrets).json) + [0x0A]
            }
            return Responses.download("application/x-ndjson", lines)
        case .har:
            let archive = HTTPArchive(
                entries: entries, secrets: journal.secrets, origin: origin.text,
                creator: (Product.name, Version.current))
            return Responses.download("application/json", JSONWriter.bytes(of: archive.json))
        }
    }

    /// Entries, their number, the id to continue after, and the number of routine calls that were only counted.
    static func document(of entries: [JournalEntry], _ recorder: Recorder) -> JSONObject {
        let secrets = recorder.journal.secrets
        return [
            "count": JSONValue(entries.count), "unrecorded": JSONValue(recorder.sampler.count),
            "last": entries.last.map { JSONValue($0.number) } ?? .null,
            "requests": .array(entries.map { .object(JournalDocument(entry: $0, secrets: secrets).json) }),
        ]
    }
}

/// `/debug/requests/count`: the number of matching entries, and of routine calls that were only counted.
struct JournalCountRoute: Route {
    let recorder: Recorder

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, JournalFilter.parameters)
        let entries = try JournalFilter(query).select(recorder.journal.entries)
        return Responses.json(
            .ok, ["count": JSONValue(entries.count), "unrecorded": JSONValue(recorder.sampler.count)])
    }
}

/// `/debug/requests/{id}`: one entry, as a page for a browser.
struct JournalEntryRoute: Route {
    let journal: Journal

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        _ = try DebugQuery(request, [])
        guard let number = Int(Path.lastComponent(of: request.path)), let entry = journal[number] else {
            throw DebugRefusal.noRequest
        }
        if Accept(request.fields).prefersPage {
            let numbers = journal.entries.map(\.number)
            return JournalPage(
                entry: entry, secrets: journal.secrets, previous: numbers.filter { $0 < number }.max(),
                next: numbers.filter { $0 > number }.min()
            ).response
        }
        return Responses.json(.ok, JournalDocument(entry: entry, secrets: journal.secrets).json)
    }
}

extension JournalFilter {
    /// The parameters.
    static let parameters = ["endpoint", "status", "flow", "trace", "since", "limit"]
}

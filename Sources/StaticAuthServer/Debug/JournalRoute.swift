internal import HTTPEdge
internal import MCP

/// `/debug/requests`: what the server was asked, and what it answered.
struct JournalRoute: Route {
    let journal: Journal

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let entries = journal.entries.map { entry -> JSONValue in
            let members: JSONObject = [
                "id": JSONValue(entry.number), "method": .string(entry.method), "path": .string(entry.path),
                "status": JSONValue(entry.status),
            ]
            return .object(members)
        }
        return Responses.json(.ok, ["requests": .array(entries)])
    }
}

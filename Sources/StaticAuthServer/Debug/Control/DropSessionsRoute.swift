internal import HTTPEdge
internal import Primitives

/// `/debug/sessions/drop`: ends MCP sessions, as a restart of the server would.
struct DropSessionsRoute: Route {
    let sessions: DebugSessions

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let document = try DebugDocument(request)
        try document.allowOnly(["session", "subject", "all"])
        let selection = try Selection(document, one: "session")
        let count = try await sessions.drop(selection, by: request.asCause)
        try selection.requireFound(count, "session", "the Mcp-Session-Id of a session")
        return Responses.json(.ok, ["dropped": JSONValue(count)])
    }
}

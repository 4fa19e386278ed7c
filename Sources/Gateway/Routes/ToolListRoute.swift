internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `GET /api/mcp/tool/list?sessionId=`: the tools of the server, of every page of its list.
struct ToolListRoute: GatewayRoute {
    let connector: Connector
    let sessions: Sessions

    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let session = try await sessions.session(try Self.sessionID(request))
        let tools = try await connector.run(session) { try await $0.tools() }
        return Answers.json(.ok, ["tools": .array(tools.map { .object($0) })])
    }

    private static func sessionID(_ request: GatewayRequest) throws(GatewayError) -> String {
        let values = (try? QueryFields(request.http.query ?? ""))?["sessionId"] ?? []
        guard values.count == 1, let id = values.first else { throw .invalid("sessionId is missing, or not alone.") }
        return id
    }
}

internal import HTTPEdge
internal import MCPClient

/// `POST /api/mcp/auth/disconnect`: revokes the tokens at the server and ends the session.
struct DisconnectRoute: GatewayRoute {
    let connector: Connector
    let sessions: Sessions
    let metrics: GatewayMetrics

    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let session = try await sessions.session(try request.object().required("sessionId"))
        let live = try? connector.live(session)
        await live?.close()
        // The session ends, whatever the authorization server answers.
        _ = try? await live?.access.logout()
        await sessions.end(session)
        metrics.sessionEnded()
        return Answers.done("The session has ended.")
    }
}

internal import HTTPEdge
internal import MCPClient
internal import OAuth
internal import Primitives
internal import StaticAuthServer

/// `POST /api/mcp/auth/connect`: opens a session with a server, or goes on with one.
struct ConnectRoute: GatewayRoute {
    let connector: Connector
    let sessions: Sessions
    let metrics: GatewayMetrics
    let gate: RequestGuard
    /// The callback URLs that applications may name, besides the gateway's own.
    let callbacks: Set<String>

    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let body = try request.object()
        let (url, callback) = (try body.required("serverUrl"), try body.required("callbackUrl"))
        guard callbacks.contains(callback) || gate.isOwn(callback: callback) else {
            throw .invalid("callbackUrl is not one that this gateway allows.")
        }
        let server = try await admitted(url)
        let origin = request.sender?.text
        guard let id = try body.optional("sessionId") else {
            let (id, session) = try sessions.open(server: server, callback: callback, origin: origin)
            do throws(GatewayError) {
                let answer = try await reach(session, id)
                metrics.sessionOpened()
                return answer
            } catch {
                await sessions.end(session)
                throw error
            }
        }
        let session = try await sessions.session(id)
        guard session.server == server else { throw .invalid("This session belongs to another server.") }
        if session.record.callback != callback || session.record.origin != origin {
            session.change { ($0.callback, $0.origin) = (callback, origin) }
        }
        // What the connection remembers would hide that the server has forgotten the login.
        await session.disconnect()?.close()
        return try await reach(session, Secret(id))
    }

    /// The URL in canonical form.
    private func admitted(_ url: String) async throws(GatewayError) -> String {
        do {
            return try await connector.web.admit(server: url)
        } catch let error as ClientError where error.code == NetworkPolicy.privateCode {
            throw .invalid("serverUrl leads to this machine or into a private network.")
        } catch {
            throw GatewayError(upstream: error)
        }
    }

    private func reach(_ session: Session, _ id: Secret) async throws(GatewayError) -> HTTPResponse {
        let live = try connector.live(session)
        do {
            try await live.reach()
        } catch let pending as LoginPending {
            let url = try await sessions.begin(pending.attempt, in: session)
            await sessions.store(session)
            return Answers.json(
                .ok, ["requiresAuth": true, "authUrl": .string(url), "sessionId": .string(id.reveal())])
        } catch {
            throw GatewayError(upstream: error)
        }
        session.change { $0.isConnected = true }
        await sessions.store(session)
        return Answers.json(.ok, ["success": true, "sessionId": .string(id.reveal())])
    }
}

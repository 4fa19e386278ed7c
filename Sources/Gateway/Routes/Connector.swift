internal import HTTPEdge
internal import MCPClient

/// Makes connections of sessions to their servers.
struct Connector: Sendable {
    let web: WebClient
    let sessions: Sessions
    let clients: [String: ClientIdentity]
    /// The URL of the gateway's client metadata document; nil where authorization servers cannot fetch it.
    let clientDocument: String?
    let timeout: Duration

    /// The connection of a session.
    func live(_ session: Session) throws(GatewayError) -> LiveConnection {
        do {
            return try session.live(make)
        } catch {
            throw GatewayError(upstream: error)
        }
    }

    private func make(_ session: Session) throws -> LiveConnection {
        var options = ServerAccess.Options()
        options.client = clients[session.server]
        options.clientDocument = clientDocument
        options.outageTimeout = min(options.outageTimeout, timeout)
        let store = TokenStore(files: session.files)
        let access = try ServerAccess(
            server: session.server, web: web, store: store,
            agent: LoginAgent { [weak session] in session?.record.callback ?? "" }, options: options)
        var talk = MCPConnection.Options()
        talk.timeouts = Timeouts(idle: timeout, total: .seconds(3600))
        return LiveConnection(
            access: access, connection: MCPConnection(web: web, access: access, store: store, options: talk))
    }

    /// Runs work with a session's server, and stores what it changed.
    ///
    /// - Throws: `authorization_required` with the URL for the browser: 401, or 403 where more scope is needed.
    func run<Value: Sendable>(
        _ session: Session, _ work: @Sendable (LiveConnection) async throws -> Value
    ) async throws(GatewayError) -> Value {
        guard session.record.isConnected else { throw .unfinishedLogin }
        let live = try live(session)
        do {
            let value = try await work(live)
            await sessions.store(session)
            return value
        } catch let pending as LoginPending {
            let url = try await sessions.begin(pending.attempt, in: session)
            var error = GatewayError(
                .authorizationRequired, pending.attempt.isStepUp ? .forbidden : .unauthorized,
                pending.attempt.isStepUp ? "The server wants more scope for this." : "The server wants a new login.")
            error.authURL = url
            throw error
        } catch {
            await sessions.store(session)
            throw GatewayError(upstream: error)
        }
    }
}

extension Connector {
    /// Renews tokens that are about to expire, so that calls need not wait for it.
    func renew() async {
        for session in sessions.table.all {
            guard let access = session.openConnection?.access else { continue }
            // A failure shows at the next call, which tries again.
            _ = try? await access.refreshIfDue()
            await sessions.store(session)
        }
    }
}

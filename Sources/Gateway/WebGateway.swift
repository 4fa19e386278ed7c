internal import HTTPEdge
package import Logging
internal import MCPClient
internal import Primitives
internal import StaticAuthServer

/// The web gateway: MCP servers with OAuth behind five HTTP routes.
package final class WebGateway: Sendable {
    /// Why the gateway cannot start.
    package enum StartProblem: Error {
        /// Redis does not answer, which may pass.
        case redisAway(reason: String)
        /// Redis refuses until a setting changes.
        case redisRefusal(reason: String)
        /// The address cannot be listened on.
        case address(reason: String)
    }

    /// The URL at which the gateway is.
    package let url: String
    /// The port it listens on.
    package let port: Int
    private let http: HTTPServer
    private let sessions: Sessions
    private let web: WebClient
    private let watch: Task<Void, Never>?

    /// Starts a gateway.
    ///
    /// - Parameters:
    ///   - redis: stores the sessions; needs a key in the settings. Nil for memory alone.
    ///   - requiresRedis: whether Redis has to answer at the start.
    /// - Throws: ``StartProblem``.
    package static func start(
        _ settings: GatewaySettings, redis: RedisEndpoint? = nil, requiresRedis: Bool = false, logger: Logger
    ) async throws -> WebGateway {
        var vault: SessionVault?
        if let redis, let key = settings.key {
            let link = RedisLink(redis, logger: logger)
            do {
                try await link.connect()
            } catch  where !requiresRedis && redis.mayPass(error) {
                logger.warning("redis does not answer; sessions are in memory until it does")
            } catch {
                throw redis.mayPass(error)
                    ? StartProblem.redisAway(reason: "\(error)") : .redisRefusal(reason: "\(error)")
            }
            vault = SessionVault(link: link, key: key, idle: settings.sessionIdle)
        }
        let http = try await listen(settings)
        let gateway = WebGateway(settings, http: http, vault: vault, logger: logger)
        await gateway.serve(settings, logger)
        return gateway
    }

    private static func listen(_ settings: GatewaySettings) async throws(StartProblem) -> HTTPServer {
        do {
            return try await HTTPServer(addresses: [settings.host], port: settings.port)
        } catch {
            throw switch error {
            case .portInUse(let port): .address(reason: "Port \(port) is in use.")
            case .failed(let address, _, let reason): .address(reason: "\(address): \(reason)")
            case .tooFewDescriptors: .address(reason: "The system allows too few open files.")
            }
        }
    }

    private let gate: RequestGuard

    private init(_ settings: GatewaySettings, http: HTTPServer, vault: SessionVault?, logger: Logger) {
        self.http = http
        port = http.port
        gate = RequestGuard(settings, port: http.port)
        url = gate.own.text
        var limits = WebLimits()
        limits.timeout = settings.timeout
        limits.connectTimeout = min(limits.connectTimeout, settings.timeout)
        limits.retriesConnecting = false
        web = WebClient(
            limits: limits, networks: settings.isOffLoopback && !settings.allowsPrivate ? .publicOnly : .any)
        let sessions = Sessions(vault: vault, idle: settings.sessionIdle, logger: logger)
        self.sessions = sessions
        watch = vault.map { vault in
            Task {
                await vault.link.watch { isReturn throws(RedisLink.Away) in
                    try await sessions.takeUp(isReturn: isReturn)
                }
            }
        }
    }

    private func serve(_ settings: GatewaySettings, _ logger: Logger) async {
        let isFetchable = gate.own.scheme == "https" && !gate.own.isLoopback
        let connector = Connector(
            web: web, sessions: sessions, clients: settings.clients,
            clientDocument: isFetchable ? gate.own.text + GatewayPath.clientDocument : nil, timeout: settings.timeout)
        let sessions = sessions
        http.every(min(.seconds(15), settings.sessionIdle)) { sessions.expire() }
        http.every(.seconds(15)) { await connector.renew() }
        await http.serve(
            GatewayRouter(settings, gate: gate, connector: connector, metrics: GatewayMetrics(), logger: logger))
    }

    /// Lets calls under way end, for some seconds, and closes everything.
    package func stop() async {
        await http.stop()
        watch?.cancel()
        await watch?.value
        try? await sessions.takeUp(isReturn: false)
        await sessions.vault?.link.close()
        await web.close()
    }
}

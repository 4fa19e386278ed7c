internal import FlowRecorder
internal import HTTPEdge
public import Logging
public import MCPCore
internal import OAuth
internal import OAuthServer
public import Primitives

/// A running server: the authorization server and the MCP server it protects, on one port.
///
/// ```swift
/// var settings = Settings()
/// settings.port = 0
/// let server = try await StaticAuthServer.start(settings)
/// // … talk to server.mcpURL …
/// await server.stop()
/// ```
public final class StaticAuthServer: Sendable {
    /// The reason why a server did not start, in words for the person who started it.
    public enum StartError: Error, Equatable, CustomStringConvertible {
        /// Settings are invalid; nothing was started.
        case settings([Settings.Problem])
        /// Tools have definitions that no client can use.
        case tools([String])
        /// Another process has the port.
        case portInUse(Int)
        /// The system refused to listen.
        case cannotListen(address: String, port: Int, reason: String)
        /// The process may open too few files: its limit, the number of open ones, and the limit that it needs.
        case tooFewDescriptors(limit: Int, open: Int, needed: Int)

        /// The cause and what to do.
        public var description: String { description(Wording()) }

        /// The cause and what to do, with the words of a program for its settings.
        public func description(_ wording: Wording) -> String {
            switch self {
            case .settings(let problems):
                problems.map { "\(wording[$0.setting]): \($0.message)" }.joined(separator: "\n")
            case .tools(let problems):
                problems.joined(separator: "\n")
            case .portInUse(let port):
                "Port \(port) is in use by another process. Stop that one, or choose another port with "
                    + "\(wording[.port]) (0: any free port)."
            case .cannotListen(let address, let port, let reason):
                "Cannot listen on \(address), port \(port): \(reason)."
            case .tooFewDescriptors(let limit, let open, let needed):
                "The process may open \(limit) files and has \(open) open; it needs a limit of \(needed) or more. Raise it "
                    + "with ulimit -n, LimitNOFILE= of systemd or --ulimit nofile= of Docker."
            }
        }
    }

    /// The listening port.
    public let port: Int
    /// The origin of all URLs: the configured one, otherwise `http://localhost:PORT` or the listening address.
    public let baseURL: String
    /// The URL of the MCP server.
    public var mcpURL: String { baseURL + Path.mcp }
    /// The issuer of tokens for a client that uses ``baseURL``.
    public var issuer: String { baseURL }
    /// The URL of the timeline; nil with debugging off.
    public var debugURL: String? { debug.map { _ in baseURL + Path.debug } }
    /// The identifier of the registered client.
    public let clientID: String
    /// The identifier of the public client beside it; nil when there is none.
    public let publicClientID: String?

    /// The members of the ready file about credentials that everyone can read in the documentation.
    private let publicCredentials: JSONObject
    private let http: HTTPServer
    private let mcp: MCPServer
    private let stores: Stores
    private let debug: DebugFeatures?

    /// The default tools: `echo` and `get_time`.
    public static let demoTools: [any Tool] = [EchoTool(), TimeTool()]

    /// The names of the demo tools, which settings may refer to.
    public static let demoToolNames = demoTools.map(\.name)

    /// Starts a server; when this returns, it accepts connections.
    ///
    /// - Parameters:
    ///   - settings: the settings.
    ///   - tools: the tools.
    ///   - store: the store of grants and sessions; nil for one in memory, which is lost when the process ends.
    ///   - now: the clock of all lifetimes.
    ///   - keepAlive: the interval at which an idle event stream gets a comment and its token is checked.
    ///   - logger: the log of the server, at the levels `debug`, `info`, `warning` and `error`; by default there is
    ///     none.
    /// - Throws: ``StartError``.
    public static func start(
        _ settings: Settings = Settings(), tools: [any Tool] = demoTools, store: (any Store)? = nil,
        now: @escaping @Sendable () -> Duration = SystemClock.now, keepAlive: Duration = .seconds(15),
        logger: Logger = Logger(label: "StaticAuthServer") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> StaticAuthServer {
        let registry: ToolRegistry
        do throws(InvalidTools) {
            registry = try ToolRegistry(tools)
        } catch {
            throw StartError.tools(error.problems)
        }
        let problems = settings.problems(toolNames: registry.names)
        guard problems.isEmpty else { throw StartError.settings(problems) }
        let http: HTTPServer
        do throws(HTTPServer.BindError) {
            http = try await HTTPServer(
                addresses: settings.addresses, port: settings.port,
                trustedProxies: (try? TrustedProxies(settings.trustedProxies)) ?? .none)
        } catch {
            throw StartError(error)
        }
        if let user = settings.autoApprovedUser {
            logger.warning(
                "\(settings.wording[.autoApprove]) is on: nobody is asked for a password",
                metadata: ["user": .string(user)])
        }
        let throttle = Throttle()
        let debug = DebugFeatures(
            settings, resources: settings.knownResources(port: http.port), now: now, throttle: throttle,
            http.background
        ) { scenario in
            AuthorizationServer(
                scenario.map { settings.changed(by: $0, toolNames: registry.names) } ?? settings,
                origins: OwnOrigins(settings, port: http.port).all.map(\.text))
        }
        let now = debug?.clock.now ?? now
        let runtime = ServerRuntime(
            port: http.port, tools: registry, stores: Stores(store), now: now, logger: logger, debug: debug,
            throttle: throttle, background: http.background, connections: { http.openConnections })
        let parts = Components(settings, runtime)
        let server = StaticAuthServer(http: http, parts: parts, publicCredentials: settings.publicCredentials)
        if let scenario = debug?.scenarios.running?.scenario {
            logger.warning("scenario", metadata: ["name": .string(scenario.name)])
        }
        await http.serve(Router(parts, settings, runtime))
        server.keepHouse(settings, now: now, keepAlive: keepAlive, logger: logger)
        return server
    }

    private init(http: HTTPServer, parts: Components, publicCredentials: JSONObject) {
        (self.http, self.publicCredentials) = (http, publicCredentials)
        port = http.port
        baseURL = parts.baseURL
        (clientID, publicClientID) = (parts.clientID, parts.publicClientID)
        mcp = parts.mcp.server
        stores = parts.stores
        debug = parts.debug
    }

    /// Notifies connected clients that the list of tools has changed.
    public func toolsListChanged() {
        mcp.subscriptions.toolsListChanged()
    }

    /// The number of clients that wait for an event at `/debug`.
    package var debugListeners: Int { debug?.recorder.changes.count ?? 0 }

    /// Ends open streams as their protocol demands, lets answers finish, and closes everything.
    public func stop() async {
        mcp.subscriptions.endAll()
        debug?.recorder.stop()
        await http.stop()
    }

    /// Checks that the process may open as many files as a server needs; ``start(_:tools:store:now:keepAlive:logger:)``
    /// does so too, but a store is opened before that.
    ///
    /// - Throws: ``StartError/tooFewDescriptors(limit:open:needed:)``.
    package static func checkDescriptors() throws(StartError) {
        do {
            _ = try Descriptors.sockets()
        } catch {
            throw .tooFewDescriptors(limit: error.limit, open: error.open, needed: error.needed)
        }
    }

    /// The ready file: one line of JSON, for tools that start the server as a process.
    ///
    /// Secret and password are in it only while they are the public defaults.
    public func readyDocument(pid: Int) -> String {
        var document: JSONObject = [
            "pid": JSONValue(pid), "port": JSONValue(port), "base_url": .string(baseURL), "mcp_url": .string(mcpURL),
            "issuer": .string(issuer), "client_id": .string(clientID),
        ]
        document["public_client_id"] = publicClientID.map { .string($0) }
        document["debug_url"] = debugURL.map { .string($0) }
        for member in publicCredentials.members { document[member.name] = member.value }
        return String(decoding: JSONWriter.bytes(of: document), as: UTF8.self)
    }

    /// Schedules the periodic work: keeps streams alive, and removes what has expired.
    private func keepHouse(
        _ settings: Settings, now: @escaping @Sendable () -> Duration, keepAlive: Duration, logger: Logger
    ) {
        let (mcp, stores, debug) = (mcp, stores, debug)
        // A client's silence grows without any request.
        if let debug { http.every(.seconds(1)) { debug.recorder.changes.tick() } }
        http.every(keepAlive) { mcp.subscriptions.heartbeat() }
        http.every(.seconds(10)) {
            do {
                try await stores.removeExpired(before: now())
            } catch {
                logger.warning("cannot forget what has expired", metadata: ["cause": .string(error.loggedCause)])
            }
        }
        if settings.listChangedInterval > .zero {
            http.every(settings.listChangedInterval) { mcp.subscriptions.toolsListChanged() }
        }
    }
}

extension StaticAuthServer.StartError {
    init(_ error: HTTPServer.BindError) {
        switch error {
        case .portInUse(let port): self = .portInUse(port)
        case .failed(let address, let port, let reason):
            self = .cannotListen(address: address, port: port, reason: reason)
        case .tooFewDescriptors(let limit, let open, let needed):
            self = .tooFewDescriptors(limit: limit, open: open, needed: needed)
        }
    }
}

internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import OAuthServer

/// What the settings come to, once the port is known: the values and parts that the routes are made of.
struct Components: Sendable {
    let baseURL: String
    let clientID: String
    let toolNames: [String]
    let hostAndOrigin: HostAndOriginGuard
    let authorizationServer: AuthorizationServer
    let memory: Stores
    let mcp: MCPRoute
    let errors: ErrorResponses
    let log: Log
    /// Nil where there is no debugging.
    let debug: DebugFeatures?
    let gauges: Gauges
    private let tokenStreams: TokenStreams
    let background: Background?
    /// Forgets who sent wrong passwords and secrets or made too many calls.
    let forgetAttempts: @Sendable () -> Void
    /// The name of the user who is given first.
    let firstUser: String
    /// Who is logged in without being asked.
    let autoApprovedUser: User?
    /// The user whose password is still the default.
    let defaultUser: String?

    init(_ settings: Settings, _ runtime: ServerRuntime) {
        let (tools, now) = (runtime.tools, runtime.now)
        let origins = OwnOrigins(settings, port: runtime.port)
        baseURL = origins.base.text
        clientID = settings.clientID
        toolNames = tools.names
        hostAndOrigin = HostAndOriginGuard(
            port: runtime.port, configured: origins.base, isPublic: settings.publicURL != nil)
        let configuration = Configuration(settings, origins: origins.all.map(\.text))
        let authorizationServer = AuthorizationServer(
            configuration: configuration, store: runtime.memory.grants, now: now, randomBytes: Random.bytes,
            throttle: runtime.throttle, revoked: runtime.tokenStreams.wake)
        self.authorizationServer = authorizationServer
        let rateLimit = RateLimit(settings, now: now)
        forgetAttempts = {
            runtime.throttle.clear()
            rateLimit?.clear()
        }
        memory = runtime.memory
        let server = MCPServer(
            description: ServerDescription(
                name: "static-auth-server", version: Version.current,
                instructions: "Demo server with the tools \(toolNames.joined(separator: ", "))."),
            tools: tools, sessions: runtime.memory.sessions,
            environment: Environment(
                now: now, randomBytes: Random.bytes, sha256: { Digest(of: $0).bytes },
                executor: runtime.background?.executor),
            policy: Policy(settings, rateLimit), subscriptions: runtime.subscriptions)
        mcp = MCPRoute(
            bearer: BearerGuard(tokens: authorizationServer.accessTokens, baseScope: configuration.baseScope),
            server: server, streams: runtime.tokenStreams, now: now)
        tokenStreams = runtime.tokenStreams
        log = runtime.log
        debug = runtime.debug
        background = runtime.background
        errors = ErrorResponses(
            log: log, baseURL: baseURL, toolNames: toolNames, secrets: SecretScanner(settings), debug: debug)
        gauges = Gauges(
            sessions: runtime.memory.sessionCount, streams: { server.subscriptions.count },
            connections: runtime.connections)
        firstUser = settings.users.first?.name ?? settings.clientID
        autoApprovedUser = configuration.users.first { $0.name == settings.autoApprovedUser }
        defaultUser = settings.users.first(where: settings.hasDefaultPassword)?.name
    }

    /// What debugging can do to tokens.
    func tokens(_ debug: DebugFeatures) -> DebugTokens {
        DebugTokens(store: memory.grants, now: debug.clock.now, ended: tokenStreams.wake)
    }

    /// What debugging can do to sessions.
    func sessions(_ debug: DebugFeatures) -> DebugSessions {
        DebugSessions(
            store: memory.sessions, now: debug.clock.now, ended: mcp.server.subscriptions.end)
    }
}

/// What stays when settings change at run time: the port, the tools, the memory, the clock, open streams, and what
/// debugging knows.
struct ServerRuntime: Sendable {
    let port: Int
    let tools: ToolRegistry
    let memory: Stores
    let subscriptions = Subscriptions()
    let tokenStreams = TokenStreams()
    let now: @Sendable () -> Duration
    let log: Log
    let debug: DebugFeatures?
    /// Who has sent wrong passwords and secrets.
    var throttle = Throttle()
    /// What is done beside the requests; nil where no server runs.
    var background: Background?
    /// How many connections are open.
    var connections: @Sendable () -> Int = { 0 }

    /// Forgets a session of MCP, and ends its streams.
    @Sendable func endSession(_ id: String) async {
        let digest = Digest(of: id).bytes
        do {
            try await memory.sessions.end(digest)
            subscriptions.end(session: digest)
        } catch {
            log(.warning, "cannot end a session", ["cause": "\(error)"])
        }
    }
}

extension Router {
    init(_ settings: Settings, _ runtime: ServerRuntime) {
        let parts = Components(settings, runtime)
        self.init(
            hostAndOrigin: parts.hostAndOrigin,
            current: CurrentRoutes { scenario in
                Routes(Components(settings.changed(by: scenario, toolNames: runtime.tools.names), runtime))
            },
            errors: parts.errors, log: parts.log, debug: parts.debug,
            faultTarget: FaultTarget(baseScope: parts.mcp.bearer.baseScope, endSession: runtime.endSession))
    }
}

extension Settings {
    /// The origin of all URLs of a server that listens on a port: the configured one, or the address.
    public func baseURL(port: Int) -> String {
        OwnOrigins(self, port: port).base.text
    }
}

/// The spellings of our own origin.
private struct OwnOrigins {
    /// The one in the ready file, the banner and, if it was configured, in every document.
    let base: Origin
    /// All under which a token for us may be asked for.
    let all: [Origin]

    init(_ settings: Settings, port: Int) {
        let loopback = ["localhost", "127.0.0.1", "[::1]"].flatMap { host in
            [Origin(scheme: "http", host: host, port: port), Origin(scheme: "http", host: host, port: nil)]
        }
        if let configured = settings.publicURL.flatMap(Origin.init(_:)) {
            base = configured
        } else if settings.host == "localhost" || settings.listensEverywhere {
            base = loopback[0]
        } else {
            let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
            base = Origin(scheme: "http", host: host, port: port)
        }
        let portless = settings.publicURL == nil ? [Origin(scheme: "http", host: base.host, port: nil)] : []
        var seen: Set<Origin> = []
        all = ([base] + portless + loopback).filter { seen.insert($0).inserted }
    }
}

extension Configuration {
    fileprivate init(_ settings: Settings, origins: [String]) {
        let known = settings.redirectPreset.compactMap(RedirectPreset.named).flatMap(\.uris)
        let registered = settings.redirectURIs ?? [Settings.sampleRedirectURI] + origins.map { $0 + Path.callback }
        self.init(
            client: RegisteredClient(
                id: settings.clientID, secretDigest: settings.clientSecret.digest, redirectURIs: registered + known,
                redirectMatch: settings.redirectMatch ?? (settings.isOffLoopback ? .exact : .loopback),
                authentication: settings.tokenAuth),
            users: settings.users.map { User(name: $0.name, passwordDigest: $0.password.digest) }, origins: origins)
        baseScope = Scope(settings.scope.split(separator: " ").map(String.init))
        toolScopes = Scope(settings.requireScope.values.sorted())
        otherResources = settings.resource.compactMap { try? ResourceIndicator($0) }
        accessTokenLifetime = settings.accessTokenTTL
        refreshTokenLifetime = settings.refreshTokenTTL
        codeLifetime = settings.codeTTL
        refreshPolicy = settings.refresh
        refreshDropsScope = settings.refreshDropsScope
        advertisedLifetime = settings.advertiseExpiresIn
        resourceRule = settings.resourceRule
        withheldScope = Scope(settings.withheldScope.map { [$0] } ?? [])
        publicSecrets = [Settings.defaultClientSecret.digest, Settings.defaultPassword.digest]
    }
}

extension RateLimit {
    /// Nil where tool calls are not limited.
    fileprivate convenience init?(_ settings: Settings, now: @escaping @Sendable () -> Duration) {
        let perMinute = settings.rateLimit ?? (settings.isOffLoopback ? 600 : 0)
        guard perMinute > 0 else { return nil }
        self.init(perMinute: perMinute, now: now)
    }
}

extension Policy {
    fileprivate init(_ settings: Settings, _ rateLimit: RateLimit?) {
        self.init(
            postResponses: settings.postResponses, toolScopes: settings.requireScope,
            baseScopes: settings.scope.split(separator: " ").map(String.init),
            toolCallAllowance: { rateLimit?.admit($0.subject) })
    }
}

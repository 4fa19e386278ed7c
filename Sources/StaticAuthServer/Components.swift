internal import FlowRecorder
internal import HTTPEdge
internal import Logging
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The parts that the settings describe, once the port is known; the routes are made of them.
struct Components: Sendable {
    let baseURL: String
    let clientID: String
    /// Whether the client has a secret at the token endpoint.
    let hasSecret: Bool
    let publicClientID: String?
    let toolNames: [String]
    let hostAndOrigin: HostAndOriginGuard
    let authorizationServer: AuthorizationServer
    let stores: Stores
    let mcp: MCPRoute
    let errors: ErrorResponses
    let logger: Logger
    /// Nil with debugging off.
    let debug: DebugFeatures?
    let gauges: Gauges
    private let tokenStreams: TokenStreams
    let background: Background?
    /// Clears the counts of wrong passwords, wrong secrets and tool calls.
    let forgetAttempts: @Sendable () -> Void
    /// The name of the first user.
    let firstUser: String
    /// The user who is logged in automatically.
    let autoApprovedUser: User?
    /// The user whose password is still the default.
    let defaultUser: Settings.Login?
    let wording: Wording
    let clientCards: @Sendable (_ baseURL: String) -> [ClientCard]
    let publicCredentials: JSONObject

    init(_ settings: Settings, _ runtime: ServerRuntime) {
        let (tools, now) = (runtime.tools, runtime.now)
        let origins = OwnOrigins(settings, port: runtime.port)
        baseURL = origins.base.text
        (clientID, publicClientID) = (settings.clientID, settings.publicClientID)
        hasSecret = settings.tokenAuth != .none
        logger = runtime.logger
        debug = runtime.debug
        toolNames = tools.names
        hostAndOrigin = HostAndOriginGuard(
            port: runtime.port, configured: origins.base, isPublic: settings.publicURL != nil,
            advice: HostAdvice(settings))
        let configuration = Configuration(settings, origins: origins.all.map(\.text))
        let authorizationServer = AuthorizationServer(
            configuration: configuration, store: runtime.stores.grants, now: now, randomBytes: Random.bytes,
            throttle: runtime.throttle, revoked: runtime.tokenStreams.wake)
        self.authorizationServer = authorizationServer
        let rateLimit = RateLimit(settings, now: now)
        forgetAttempts = {
            runtime.throttle.clear()
            rateLimit?.clear()
        }
        stores = runtime.stores
        let server = MCPServer(
            Environment(
                description: ServerDescription(
                    name: Product.name, version: Version.current,
                    instructions: "Demo server with the tools \(toolNames.joined(separator: ", "))."),
                tools: tools, policy: Policy(settings, configuration, rateLimit), now: now, randomBytes: Random.bytes,
                sha256: { Digest(of: $0).bytes }, subscriptions: runtime.subscriptions,
                executor: runtime.background?.executor),
            sessions: runtime.stores.sessions)
        errors = ErrorResponses(
            logger: logger, baseURL: baseURL, wording: settings.wording, secrets: settings.secretScanner,
            debugging: debug)
        wording = settings.wording
        mcp = MCPRoute(
            bearer: BearerGuard(tokens: authorizationServer.accessTokens, baseScope: configuration.baseScope),
            server: server, streams: runtime.tokenStreams, now: now, errors: errors)
        tokenStreams = runtime.tokenStreams
        background = runtime.background
        gauges = Gauges(
            sessions: runtime.stores.sessionCount, streams: { server.subscriptions.count },
            connections: runtime.connections)
        firstUser = settings.users.first?.name ?? settings.clientID
        autoApprovedUser = configuration.users.first { $0.name == settings.autoApprovedUser }
        clientCards = settings.clientCards
        publicCredentials = settings.publicCredentials
        defaultUser = settings.users.first(where: settings.hasDefaultPassword)
    }

    /// The debug operations on tokens.
    func tokens(_ debug: DebugFeatures) -> DebugTokens {
        DebugTokens(
            store: stores.grants, now: debug.clock.now, ended: tokenStreams.wake, note: debug.recorder.note(_:by:))
    }

    /// The debug operations on sessions.
    func sessions(_ debug: DebugFeatures) -> DebugSessions {
        DebugSessions(
            store: stores.sessions, now: debug.clock.now, ended: mcp.server.subscriptions.end,
            note: debug.recorder.note(_:by:))
    }
}

extension Router {
    /// Routes to the parts, and to those that a scenario changes.
    init(_ parts: Components, _ settings: Settings, _ runtime: ServerRuntime) {
        self.init(
            hostAndOrigin: parts.hostAndOrigin,
            current: CurrentRoutes(Routes(parts)) { scenario in
                Routes(Components(settings.changed(by: scenario, toolNames: runtime.tools.names), runtime))
            },
            errors: parts.errors, logger: parts.logger, debug: parts.debug,
            faultTarget: FaultTarget(baseScope: parts.mcp.bearer.baseScope, endSession: runtime.endSession(_:by:)))
    }
}

internal import HTTPEdge
internal import MCPCore
internal import OAuthServer

/// Every path of the server, on one screen.
struct Routes: Sendable {
    /// What there is at a path; an object, because each request takes it along.
    final class Entry: Sendable {
        /// The methods that are answered; nil: all of them.
        let methods: [HTTPMethod]?
        /// Whether pages of allowed origins may read the answers (CORS).
        let isForPrograms: Bool
        /// Who may ask, where not everybody may.
        let access: DebugGuard?
        let route: any Route
        /// The largest body that is taken, in bytes; forms and what has no use for a body need little.
        let mostBody: Int

        init(
            methods: [HTTPMethod]?, isForPrograms: Bool, access: DebugGuard? = nil, mostBody: Int = 64 << 10,
            route: any Route
        ) {
            self.mostBody = mostBody
            self.methods = methods
            self.isForPrograms = isForPrograms
            self.access = access
            self.route = route
        }
    }

    private let entries: [String: Entry]

    init(_ parts: Components) {
        let (read, submit): ([HTTPMethod], [HTTPMethod]) = ([.get, .head], [.post])
        let server = parts.authorizationServer
        let metadata = server.metadata
        func page(_ methods: [HTTPMethod], _ route: any Route) -> Entry {
            Entry(methods: methods, isForPrograms: false, route: route)
        }
        func program(_ methods: [HTTPMethod]?, _ route: any Route) -> Entry {
            Entry(methods: methods, isForPrograms: true, route: route)
        }
        var entries = [
            Path.home: page(read, HomeRoute(clientID: parts.clientID, toolNames: parts.toolNames)),
            EndpointPath.authorize.rawValue: page(
                read + submit,
                AuthorizeRoute(endpoint: server.authorization, autoApprovedUser: parts.autoApprovedUser)),
            Path.login: page(
                read + submit,
                LoginRoute(endpoint: server.authorization, defaultUser: parts.defaultUser)),
            Path.callback: page(read, CallbackRoute(clientID: parts.clientID)),
            EndpointPath.token.rawValue: program(submit, TokenRoute(endpoint: server.token)),
            EndpointPath.introspect.rawValue: program(submit, IntrospectRoute(endpoint: server.introspection)),
            EndpointPath.revoke.rawValue: program(submit, RevokeRoute(endpoint: server.revocation)),
            EndpointPath.register.rawValue: program(nil, RegisterRoute(clientID: parts.clientID)),
            Path.authorizationServerMetadata: program(
                read, AuthorizationServerMetadataRoute(metadata: metadata)),
            Path.originMetadata: program(read, OriginMetadataRoute(metadata: metadata)),
            Path.protectedResourceMetadata: program(
                read, ProtectedResourceMetadataRoute(metadata: metadata)),
            Path.mcp: Entry(
                methods: [.get, .post, .delete], isForPrograms: true, mostBody: Self.documents, route: parts.mcp),
            Path.health: page(read, HealthRoute(store: server.store, background: parts.background)),
        ]
        if let debug = parts.debug {
            func tool(_ methods: [HTTPMethod], _ route: any Route) -> Entry {
                Entry(
                    methods: methods, isForPrograms: false, access: debug.access, mostBody: Self.documents,
                    route: route)
            }
            entries[Path.debugRequests] = tool(read + [.delete], JournalRoute(debug: debug))
            entries[Path.debugRequests + "/count"] = tool(read, JournalCountRoute(debug: debug))
            entries[Path.debugRequests + "/await"] = tool(read, JournalAwaitRoute(debug: debug))
            // Where a token is needed, the page has to be shown to whoever will type it in; it holds no data.
            func shell(_ route: any Route) -> Entry {
                let access = debug.access.token == nil ? debug.access : nil
                return Entry(methods: read, isForPrograms: false, access: access, route: route)
            }
            entries[Path.debug] = shell(TimelineRoute(needsToken: debug.access.token != nil))
            entries[Path.timelineScript] = shell(TimelineScriptRoute())
            entries[Path.debugEvents] = tool([.get], TimelineEventsRoute(debug: debug))
            entries[Path.metrics] = tool(read, MetricsRoute(metrics: debug.metrics, gauges: parts.gauges))
            entries[Path.debugReport] = tool(read, ReportRoute(debug: debug))
            entries[Path.debugFlows] = tool(read, FlowsRoute(debug: debug))
            entries[Path.debugFlows + Self.anything] = tool(read, FlowRoute(debug: debug))
            entries[Path.debugRequests + Self.anything] = tool(read, JournalEntryRoute(journal: debug.journal))
            let (tokens, sessions) = (parts.tokens(debug), parts.sessions(debug))
            let keepHouse: @Sendable () async -> Void = { [memory = parts.memory, clock = debug.clock] in
                // When it fails, the next housekeeping makes up for it.
                try? await memory.removeExpired(before: clock.now())
            }
            entries[Path.debugClock] = tool(
                read + submit + [.delete],
                ClockRoute(
                    clock: debug.clock, expiriesMoved: parts.mcp.server.subscriptions.heartbeat, wentBack: keepHouse))
            entries[Path.debugExpire] = tool(submit, ExpireRoute(tokens: tokens))
            entries[Path.debugRevoke] = tool(submit, RevokeTokensRoute(tokens: tokens))
            entries[Path.debugIssue] = tool(submit, IssueRoute(grant: server.direct, subject: parts.firstUser))
            entries[Path.debugDrop] = tool(submit, DropSessionsRoute(sessions: sessions))
            entries[Path.debugToolsChanged] = tool(
                submit, ToolsChangedRoute(subscriptions: parts.mcp.server.subscriptions))
            entries[Path.debugReset] = tool(
                submit,
                ResetRoute(
                    debug: debug, tokens: tokens, sessions: sessions, forgetAttempts: parts.forgetAttempts,
                    clockWentBack: keepHouse))
            entries[Path.debugFaults] = tool(
                read + submit + [.delete], FaultsRoute(faults: debug.faults, secrets: debug.journal.secrets))
            entries[Path.debugFaults + Self.anything] = tool([.delete], FaultRoute(faults: debug.faults))
            entries[Path.debugScenario] = tool(
                read + [.put, .delete], ScenarioRoute(scenarios: debug.scenarios, log: parts.log))
            entries[Path.debugScenarios] = tool(read, ScenariosRoute())
        }
        self.entries = entries
    }

    /// What there is at a path; below a debug path the last component may be an id.
    subscript(path: String) -> Entry? {
        if let entry = entries[path] { return entry }
        guard Path.isDebug(path), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return entries[path[..<slash] + Self.anything]
    }

    private static let anything = "/*"
    /// The largest message of MCP, in bytes.
    private static let documents = 1 << 20
}

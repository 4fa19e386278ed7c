internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuthServer

extension Routes {
    /// All paths of the debug features.
    static func debug(_ debug: DebugFeatures, _ parts: Components) -> [String: Entry] {
        let (read, submit): ([HTTPMethod], [HTTPMethod]) = ([.get, .head], [.post])
        let recorder = debug.recorder
        var entries: [String: Entry] = [:]
        func tool(_ methods: [HTTPMethod], _ route: any Route) -> Entry {
            Entry(
                .other, methods: methods, isForPrograms: false, access: debug.access, maximumBody: documents,
                route: methods == read ? route : ChangeRoute(route: route, changes: recorder.changes))
        }
        entries[Path.debugRequests] = tool(read + [.delete], JournalRoute(recorder: recorder))
        entries[Path.debugRequests + "/count"] = tool(read, JournalCountRoute(recorder: recorder))
        entries[Path.debugRequests + "/await"] = tool(
            read, JournalAwaitRoute(recorder: recorder, background: debug.background))
        // The page is public, because its user types the token in there; it holds no data.
        func shell(_ route: any Route) -> Entry {
            let access = debug.access.token == nil ? debug.access : nil
            return Entry(.other, methods: read, isForPrograms: false, access: access, route: route)
        }
        entries[Path.debug] = shell(TimelineRoute(debug: debug))
        for (path, asset) in TimelineAssets.all { entries[path] = shell(asset) }
        // It belongs to pages that everyone may see.
        entries[Path.pageScript] = Entry(
            .other, methods: read, isForPrograms: false, route: AssetRoute(.script, PackageResources.page_js))
        entries[Path.debugEvents] = tool([.get], TimelineEventsRoute(debug: debug))
        entries[Path.metrics] = tool(read, MetricsRoute(metrics: recorder.metrics, gauges: parts.gauges))
        entries[Path.debugReport] = tool(read, ReportRoute(recorder: recorder, background: debug.background))
        entries[Path.debugFlows] = tool(read, FlowsRoute(recorder: recorder, background: debug.background))
        entries[Path.debugFlows + anything] = tool(
            read, FlowRoute(recorder: recorder, background: debug.background))
        entries[Path.debugRequests + anything] = tool(read, JournalEntryRoute(journal: recorder.journal))
        let (tokens, sessions) = (parts.tokens(debug), parts.sessions(debug))
        let keepHouse: @Sendable () async -> Void = { [stores = parts.stores, clock = debug.clock] in
            // After a failure the next housekeeping does it.
            try? await stores.removeExpired(before: clock.now())
        }
        entries[Path.debugClock] = tool(
            read + submit + [.delete],
            ClockRoute(
                clock: debug.clock, moved: recorder.noteClock(offset:),
                expiriesMoved: parts.mcp.server.subscriptions.heartbeat, wentBack: keepHouse))
        entries[Path.debugExpire] = tool(submit, ExpireRoute(tokens: tokens))
        entries[Path.debugRevoke] = tool(submit, RevokeTokensRoute(tokens: tokens))
        entries[Path.debugIssue] = tool(
            submit,
            IssueRoute(
                grant: parts.authorizationServer.direct, subject: parts.firstUser, note: recorder.note(_:by:)))
        entries[Path.debugDrop] = tool(submit, DropSessionsRoute(sessions: sessions))
        entries[Path.debugToolsChanged] = tool(
            submit, ToolsChangedRoute(subscriptions: parts.mcp.server.subscriptions))
        entries[Path.debugReset] = tool(
            submit,
            ResetRoute(
                debug: debug, tokens: tokens, sessions: sessions, forgetAttempts: parts.forgetAttempts,
                clockWentBack: keepHouse))
        entries[Path.debugFaults] = tool(
            read + submit + [.delete], FaultsRoute(faults: debug.faults, secrets: recorder.journal.secrets))
        entries[Path.debugFaults + anything] = tool([.delete], FaultRoute(faults: debug.faults))
        entries[Path.debugScenario] = tool(
            read + [.put, .delete],
            ScenarioRoute(scenarios: debug.scenarios, logger: parts.logger, wording: parts.wording))
        entries[Path.debugScenarios] = tool(read, ScenariosRoute())
        return entries
    }
}

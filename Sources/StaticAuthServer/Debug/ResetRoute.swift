internal import FlowRecorder
internal import Primitives
internal import HTTPEdge

/// `/debug/reset`: brings the server back to where it started, for the next test.
struct ResetRoute: Route {
    let debug: DebugFeatures
    let tokens: DebugTokens
    let sessions: DebugSessions
    /// Forgets who sent wrong passwords and secrets or made too many calls.
    let forgetAttempts: @Sendable () -> Void
    /// Tells the store, which may still forget by the time that was.
    let clockWentBack: @Sendable () async -> Void

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        debug.clock.reset()
        await clockWentBack()
        debug.scenarios.reset()
        forgetAttempts()
        _ = debug.faults.remove()
        let grants = try await tokens.revoke(.all)
        let ended = try await sessions.drop(.all)
        let requests = debug.recorder.forget()
        return Responses.json(
            .ok,
            ["grants": JSONValue(grants), "sessions": JSONValue(ended), "requests": JSONValue(requests)])
    }
}

internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// `/debug/reset`: restores the initial state, for the next test.
struct ResetRoute: Route {
    let debug: DebugFeatures
    let tokens: DebugTokens
    let sessions: DebugSessions
    /// Clears the counts of wrong passwords, wrong secrets and tool calls.
    let forgetAttempts: @Sendable () -> Void
    /// Tells the store that the clock was set back.
    let clockWentBack: @Sendable () async -> Void

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        debug.clock.reset()
        debug.recorder.noteClock(offset: .zero)
        await clockWentBack()
        debug.scenarios.reset()
        forgetAttempts()
        _ = debug.faults.remove()
        let grants = try await tokens.revoke(.all, by: request.asCause)
        let ended = try await sessions.drop(.all, by: request.asCause)
        let requests = debug.recorder.forget()
        return Responses.json(
            .ok,
            ["grants": JSONValue(grants), "sessions": JSONValue(ended), "requests": JSONValue(requests)])
    }
}

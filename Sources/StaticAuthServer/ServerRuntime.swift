internal import FlowRecorder
internal import HTTPEdge
internal import Logging
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The parts that stay when settings change at run time: the port, the tools, the stores, the clock, open streams, and
/// the recorder.
struct ServerRuntime: Sendable {
    let port: Int
    let tools: ToolRegistry
    let stores: Stores
    let subscriptions = Subscriptions()
    let tokenStreams = TokenStreams()
    let now: @Sendable () -> Duration
    let logger: Logger
    let debug: DebugFeatures?
    /// The counts of wrong passwords and secrets.
    var throttle = Throttle()
    /// The work beside requests; nil where no server runs.
    var background: Background?
    /// The number of open connections.
    var connections: @Sendable () -> Int = { 0 }

    /// Ends an MCP session and its streams, and records what ended it.
    @Sendable func endSession(_ id: String, by cause: SafeText) async {
        let digest = Digest(of: id)
        do {
            try await stores.sessions.end(digest.bytes)
            subscriptions.end(session: digest.bytes)
            debug?.recorder.note(.endedSessions([digest]), by: cause)
        } catch {
            logger.warning("cannot end a session", metadata: ["cause": .string(error.loggedCause)])
        }
    }
}

internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import OAuthServer

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

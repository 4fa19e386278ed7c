public import Logging
public import MCPCore
internal import OAuthServer
public import Primitives
public import StaticAuthServer

/// Runs a test against a server in this process, on a free port, and stops it.
///
/// - Parameters:
///   - change: changes the settings before the start.
///   - store: the store of grants and sessions; nil for the server's own memory.
///   - body: the test; it gets a client of the server and the server itself.
public func withTestServer(
    _ change: (inout Settings) -> Void = { _ in }, tools: [any Tool] = StaticAuthServer.demoTools,
    store: (any Store)? = nil, now: @escaping @Sendable () -> Duration = SystemClock.now,
    keepAlive: Duration = .seconds(15), logger: Logger = .off,
    _ body: (TestClient, StaticAuthServer) async throws -> Void
) async throws {
    var settings = Settings()
    settings.port = 0
    change(&settings)
    let server = try await StaticAuthServer.start(
        settings, tools: tools, store: store, now: now, keepAlive: keepAlive, logger: logger)
    do {
        try await body(TestClient(port: server.port), server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

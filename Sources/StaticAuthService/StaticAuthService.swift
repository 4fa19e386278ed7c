#if ServiceLifecycle
public import Logging
public import MCPCore
internal import Primitives
public import ServiceLifecycle
public import StaticAuthServer

/// A server that runs in a `ServiceGroup` of swift-service-lifecycle.
///
/// ```swift
/// let service = StaticAuthService(settings, logger: logger)
/// let group = ServiceGroup(services: [service, client], gracefulShutdownSignals: [.sigterm], logger: logger)
/// // … in the client: try await service.server.mcpURL …
/// try await group.run()
/// ```
///
/// On graceful shutdown it stops as `StaticAuthServer.stop()` does: answers finish first, and streams end as their
/// protocol demands.
public final class StaticAuthService: Service {
    private let start: @Sendable () async throws -> StaticAuthServer
    private let started = Promise<StaticAuthServer>()

    /// Takes what `StaticAuthServer.start` takes; nothing is started yet.
    public init(
        _ settings: Settings = Settings(), tools: [any Tool] = StaticAuthServer.demoTools, store: (any Store)? = nil,
        logger: Logger = Logger(label: "StaticAuthService") { _ in SwiftLogNoOpLogHandler() }
    ) {
        start = { try await StaticAuthServer.start(settings, tools: tools, store: store, logger: logger) }
    }

    /// The server, once it accepts connections; it is there after ``run()`` has ended, too.
    ///
    /// - Throws: the error with which the start failed; `CancellationError` when the waiting task is cancelled.
    public var server: StaticAuthServer {
        get async throws { try await started.value }
    }

    /// Starts the server, and stops it on graceful shutdown or when the task is cancelled.
    ///
    /// - Throws: `StaticAuthServer.StartError`.
    public func run() async throws {
        let server: StaticAuthServer
        do {
            server = try await start()
        } catch {
            started.resolve(.failure(error))
            throw error
        }
        started.resolve(.success(server))
        // A cancelled task stops as well.
        try? await gracefulShutdown()
        await server.stop()
    }
}
#endif

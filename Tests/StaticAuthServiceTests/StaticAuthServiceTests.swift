#if ServiceLifecycle
import Logging
import MCPCore
import Primitives
import ServiceLifecycle
import StaticAuthServer
import StaticAuthService
import Synchronization
import Testing
import TestSupport

@Suite("The server as a service")
struct StaticAuthServiceTests {
    private static var settings: Settings {
        var settings = Settings()
        settings.port = 0
        return settings
    }

    @Test("A service group starts the server and stops it on graceful shutdown, which ends open streams")
    func gracefulStop() async throws {
        let log = LogLines()
        let service = StaticAuthService(Self.settings, logger: log.logger)
        let group = ServiceGroup(services: [service], logger: .off)
        let run = Task { try await group.run() }
        let server = try await service.server
        let client = TestClient(port: server.port)
        let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
        #expect(try await client.callEcho("hello", token: token).status == 200)
        #expect(log.all.contains { $0.contains("tool=echo") })
        let (fields, body) = TestClient.modernRequest(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true]], token: token)
        let stream = try await EventReader(client, "POST", "/mcp", fields, body: body)
        #expect(await stream.nextMessage() != nil)
        await group.triggerGracefulShutdown()
        try await run.value
        while await stream.nextMessage() != nil {}
        await #expect(throws: (any Error).self) { _ = try await client.get("/healthz") }
        // The group has ended, and its server is still known.
        #expect(try await service.server.port == server.port)
    }

    @Test("A service that waits for the server gets its URL")
    func otherService() async throws {
        let service = StaticAuthService(Self.settings)
        let client = Client(service: service)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: service),
                    .init(service: client, successTerminationBehavior: .gracefullyShutdownGroup),
                ], logger: .off))
        try await group.run()
        #expect(client.status.withLock(\.self) == 200)
    }

    @Test("A start that fails ends the group and all that wait for the server, with the error")
    func failure() async throws {
        let first = StaticAuthService(Self.settings)
        let running = Task { try await first.run() }
        var settings = Self.settings
        settings.port = try await first.server.port
        let second = StaticAuthService(settings)
        let waiting = Task { try await second.server }
        let expected = StaticAuthServer.StartError.portInUse(settings.port)
        await #expect(throws: expected) { try await ServiceGroup(services: [second], logger: .off).run() }
        await #expect(throws: expected) { _ = try await waiting.value }
        await #expect(throws: expected) { _ = try await second.server }
        running.cancel()
        try await running.value
    }

    @Test("A task that waits for the server can be cancelled, before it waits as well; and one that runs the server")
    func cancellation() async throws {
        let service = StaticAuthService(Self.settings)
        let waiting = (0..<8).map { number in
            Task {
                if number % 2 == 0 { try? await Task.sleep(for: .seconds(60)) }
                return try await service.server
            }
        }
        for task in waiting { task.cancel() }
        for task in waiting { await #expect(throws: CancellationError.self) { _ = try await task.value } }
        let running = Task { try await service.run() }
        let port = try await service.server.port
        running.cancel()
        try await running.value
        await #expect(throws: (any Error).self) { _ = try await TestClient(port: port).get("/healthz") }
    }
}

/// A service beside the server, which ends the group when it has what it wants.
private final class Client: Service {
    let status = Mutex(0)
    private let service: StaticAuthService

    init(service: StaticAuthService) { self.service = service }

    func run() async throws {
        let answer = try await TestClient(port: service.server.port).get("/healthz")
        status.withLock { $0 = answer.status }
    }
}
#endif

import MCPCore
import Primitives
import Testing
import TestSupport

@Suite struct StoreFailureTests {
    struct Down: Error {}

    struct DownStore: SessionStore {
        func insert(_ session: Session) throws { throw Down() }
        func session(_ digest: [UInt8], at now: Instant, keptUntil expiry: Instant) throws -> Session? { throw Down() }
        func end(_ digest: [UInt8]) throws { throw Down() }
        func end(allOf subject: String?, at now: Duration) throws -> [[UInt8]] { throw Down() }
        func removeExpired(before instant: Instant) throws { throw Down() }
    }

    @Test("Errors of the store are passed on, and the modern era does not need the store")
    func down() async throws {
        let server = MCPServer(
            Environment(
                description: Bench.description, tools: try ToolRegistry([Echo()]), now: { .zero },
                randomBytes: { Array(repeating: 0, count: $0) }, sha256: { $0 }),
            sessions: DownStore())
        let session = TransportHeaders(sessionID: ["x"])
        let ping = Array(Bench.request("ping").text.utf8)
        let initialize = Array(Bench.initialize("2025-11-25").text.utf8)
        let modern = Array(Bench.request("tools/list", ["_meta": .object(Bench.envelope)]).text.utf8)
        await #expect(throws: Down.self) { try await server.post(body: ping, headers: session, caller: Bench.alice) }
        await #expect(throws: Down.self) {
            try await server.post(body: initialize, headers: TransportHeaders(), caller: Bench.alice)
        }
        await #expect(throws: Down.self) { try await server.get(headers: session, caller: Bench.alice) }
        await #expect(throws: Down.self) { try await server.delete(headers: session, caller: Bench.alice) }
        let headers = TransportHeaders(protocolVersion: ["2026-07-28"], method: ["tools/list"])
        #expect(try Answer(await server.post(body: modern, headers: headers, caller: Bench.alice)).status == 200)
    }
}

import Logging
import OAuth
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// A count that tasks share.
final class Counter: Sendable {
    private let value = Atomic(0)

    @discardableResult
    func add(_ number: Int) -> Int { value.add(number, ordering: .relaxed).newValue }
}

@Suite("Sessions in memory")
struct SessionTests {
    private let clock = FixedClock()

    private func sessions() -> Sessions {
        Sessions(vault: nil, idle: .seconds(100), logger: .off, now: clock.now)
    }

    private func code(_ work: () async throws -> Void) async -> GatewayError.Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? GatewayError)?.code
        }
    }

    private static func open(_ sessions: Sessions) throws -> (id: String, session: Session) {
        let (id, session) = try sessions.open(server: "https://mcp.example.com/mcp", callback: "c", origin: nil)
        return (id.reveal(), session)
    }

    @Test("An id is 256 random bits, and nothing but its digest is kept")
    func ids() async throws {
        let sessions = sessions()
        let (first, second) = (try Self.open(sessions), try Self.open(sessions))
        #expect(first.id != second.id && SessionKey.isWellFormed(first.id))
        #expect(first.session.key.text == Secret(first.id).digest.hex)
        #expect(try await sessions.session(first.id) === first.session)
    }

    @Test("A session that was not used for its lifetime has expired, and each use begins it anew")
    func expiry() async throws {
        let sessions = sessions()
        let (id, session) = try Self.open(sessions)
        session.change { $0.isConnected = true }
        for _ in 0..<3 {
            clock.advance(by: .seconds(99))
            _ = try await sessions.session(id)
        }
        clock.advance(by: .seconds(101))
        #expect(await code { _ = try await sessions.session(id) } == .sessionExpired)
        #expect(sessions.table.count == 0)
        #expect(await code { _ = try await sessions.session(id) } == .sessionExpired)
        // It is remembered for another lifetime.
        clock.advance(by: .seconds(200))
        sessions.expire()
        #expect(await code { _ = try await sessions.session(id) } == .unknownSession)
    }

    @Test("A session whose login is not finished ends a while after the login could be")
    func unfinished() async throws {
        let sessions = Sessions(vault: nil, idle: .seconds(86_400), logger: .off, now: clock.now)
        let (pending, connected) = (try Self.open(sessions), try Self.open(sessions))
        connected.session.change { $0.isConnected = true }
        clock.advance(by: SessionVault.stateLifetime)
        _ = try await sessions.session(pending.id)
        clock.advance(by: SessionVault.stateLifetime + .seconds(300))
        #expect(await code { _ = try await sessions.session(pending.id) } == .sessionExpired)
        _ = try await sessions.session(connected.id)
    }

    @Test("A session that was ended, and an id that never was, are unknown")
    func unknown() async throws {
        let sessions = sessions()
        let (id, session) = try Self.open(sessions)
        await sessions.end(session)
        for id in [id, Secret.random(from: Random.bytes).reveal(), "", "short", String(repeating: "ä", count: 43)] {
            #expect(await code { _ = try await sessions.session(id) } == .unknownSession)
        }
    }

    @Test("A record survives its document, with the client's own documents")
    func record() throws {
        var record = SessionRecord(server: "https://mcp.example.com/mcp", callback: "https://a/b", origin: "https://a")
        (record.attempt, record.attemptedAt, record.isConnected) = (["state": "s"], .seconds(7), true)
        let document = record.document(["login": Array("{}".utf8)])
        let parsed = try #require(try JSONParser.parse(JSONWriter.bytes(of: document)).object)
        let (read, documents) = try #require(SessionRecord.read(parsed))
        #expect((read.server, read.callback, read.origin) == (record.server, record.callback, record.origin))
        #expect(read.attempt == record.attempt && read.attemptedAt == .seconds(7) && read.isConnected)
        #expect(documents == ["login": Array("{}".utf8)])
        #expect(SessionRecord.read(["server": "s"]) == nil)
    }

    @Test("One renewal at a time has the documents of a session")
    func turns() async throws {
        let files = SessionFiles()
        let running = Counter()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    try await files.holding("tokens", isolation: nil) {
                        #expect(running.add(1) == 1)
                        try await Task.sleep(for: .milliseconds(2))
                        running.add(-1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

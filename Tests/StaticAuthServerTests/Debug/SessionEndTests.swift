import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Ending each session")
struct SessionEndTests {
    /// The verdict on a client that opens three sessions, uses some again once all are open, and ends some.
    private func verdict(usesAgain used: [Int], ends ended: [Int], _ action: String? = nil) async throws -> String? {
        var verdict: String?
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let token = try await client.logIn(1).accessToken
            var sessions: [String] = []
            for _ in 0..<3 { sessions.append(try await client.open(token: token)) }
            for index in used { try await client.list(in: sessions[index], token: token) }
            for index in ended { try await client.end(sessions[index], token: token) }
            if let action { _ = try await server.debug(action, ["all": true]) }
            try await client.list(in: try await client.open(token: token), token: token)
            verdict = try await server.get("/debug/report").rule("session-ended")?["verdict"]?.string
        }
        return verdict
    }

    @Test("A session that was left open is noted, whichever of several it is, and although others were ended")
    func left() async throws {
        #expect(try await verdict(usesAgain: [], ends: [1, 2]) == "NOTE")
        #expect(try await verdict(usesAgain: [1], ends: [1, 2]) == "NOTE")
        #expect(try await verdict(usesAgain: [], ends: [0, 2]) == "NOTE")
        #expect(try await verdict(usesAgain: [2], ends: [0, 1]) == "NOTE")
    }

    @Test("A client that ends all, or whose sessions /debug ended, is not noted")
    func ended() async throws {
        #expect(try await verdict(usesAgain: [], ends: [0, 1, 2]) == "PASS")
        #expect(try await verdict(usesAgain: [0, 1], ends: [2, 0, 1]) == "PASS")
        #expect(try await verdict(usesAgain: [], ends: [1], "/sessions/drop") == "PASS")
    }
}

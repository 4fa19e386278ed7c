import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("A fault excuses what it made, and nothing else")
struct HarmlessFaultTests {
    /// A fault that delays an answer, and harms none.
    private static func delay(_ endpoint: String, times: JSONValue = 1) -> JSONObject {
        ["endpoint": .string(endpoint), "times": times, "fault": ["delay_ms": 1]]
    }

    @Test("A refresh whose answer was delayed is followed by the next refresh token, not by the old one")
    func delayedRefresh() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let tokens = try await client.logIn(1)
            _ = try await server.debug("/faults", Self.delay("token"))
            _ = try await client.refresh(tokens.refreshToken)
            _ = try await client.refresh(tokens.refreshToken, expecting: 400)
            #expect(try await server.failed() == ["refresh-newest"])
        }
    }

    @Test("Delayed messages are judged as others are")
    func delayedMessages() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let token = try await client.logIn(1).accessToken
            _ = try await server.debug("/faults", Self.delay("mcp", times: "always"))
            let session = try await client.http.openSession(token: token)
            try await client.list(in: session, token: token)
            let answer = #"{"jsonrpc":"2.0","id":"ping-1","result":{}}"#
            let own = [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]
            _ = try await client.http.send("POST", "/mcp", TestClient.fields(token: token) + own, body: answer)
            #expect(try await server.failed() == ["asked-response", "initialized"])
            #expect(try await server.get("/debug/report").verdicts("PASS").contains("accept"))
            _ = try await client.open(token: token)
            #expect(try await server.get("/debug/report").verdicts("NOTE") == ["session-ended"])
        }
    }

    @Test("A request to the client that a fault made up may be answered")
    func plantedRequest() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let token = try await client.logIn(1).accessToken
            let session = try await client.open(token: token)
            let ping = #"{"jsonrpc":"2.0","id":"ping-1","method":"ping"}"#
            let headers: JSONValue = ["Content-Type": "application/json"]
            let fault: JSONObject = ["status": 200, "headers": headers, "body": .string(ping)]
            _ = try await server.debug("/faults", ["endpoint": "mcp", "fault": .object(fault)])
            try await client.list(in: session, token: token)
            let own = [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]
            _ = try await client.http.send(
                "POST", "/mcp", TestClient.fields(token: token) + own,
                body: #"{"jsonrpc":"2.0","id":"ping-1","result":{}}"#)
            #expect(try await server.failed() == [])
        }
    }

    @Test("Metadata that are not served, with a delay or in a scenario about something else, were not withheld")
    func unrelated() async throws {
        for scenario in [nil, "expires-lie"] {
            try await withReportServer { server, _ in
                let client = LedClient(server)
                try await server.play(scenario: scenario)
                if scenario == nil { _ = try await server.debug("/faults", Self.delay("metadata", times: "always")) }
                try await client.challenge()
                _ = try await client.http.get("/.well-known/oauth-protected-resource/mcp")
                _ = try await client.http.get("/.well-known/oauth-authorization-server/elsewhere")
                _ = try await client.logIn(1)
                #expect(try await server.failed() == ["server-metadata"])
            }
        }
    }

    @Test("A tool that fails in a scenario about something else hides no message from the rules")
    func unrelatedScenario() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await server.play(scenario: "expires-lie")
            let token = try await client.logIn(1).accessToken
            let session = try await client.http.openSession(token: token)
            let call: JSONObject = ["name": "echo", "arguments": [:]]
            _ = try await client.http.legacy(
                "tools/call", call, session: session, token: token, [("MCP-Protocol-Version", "2025-11-25")])
            #expect(try await server.failed() == ["initialized"])
        }
    }

    @Test("A code whose answer was lost may be sent once more, and not again and again")
    func lostCode() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let form = client.form(1, code: try await client.authorize(1).logIn().code)
            _ = try await server.debug("/faults", ["endpoint": "token", "fault": ["drop": "mid-body"]])
            _ = try? await client.tokens.token(form)
            _ = try await client.tokens.token(form, expecting: 400)
            #expect(try await server.failed() == [])
            _ = try await client.tokens.token(form, expecting: 400)
            #expect(try await server.failed() == ["code-once"])
        }
    }
}

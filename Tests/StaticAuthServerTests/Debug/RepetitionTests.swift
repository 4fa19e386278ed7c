import Primitives
import Testing
import TestSupport

@Suite("Repeating what was refused")
struct RepetitionTests {
    @Test("Twenty calls in a row after a 401 are a storm, on one connection or on many", arguments: [true, false])
    func inARow(keepsAlive: Bool) async throws {
        try await withTestServer { client, _ in
            let calls = try await Calls(client, token: "no-token-of-this-server")
            if keepsAlive {
                for _ in 0..<20 { await calls.sendAndRead(on: 0) }
            } else {
                for _ in 0..<20 { _ = try await client.callEcho("again", token: "no-token-of-this-server") }
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["no-retry-storm"])
        }
    }

    @Test("Calls without a token are a storm too, and the problem says so")
    func withoutToken() async throws {
        try await withTestServer { client, _ in
            for _ in 0..<6 { _ = try await client.callEcho("again", token: nil) }
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == ["no-retry-storm"])
            let problems = try #require(report.rule("no-retry-storm")?["problems"]?.array)
            #expect(problems.first?.object?["problem"] == "It was refused 3 times before, without a token too.")
        }
    }

    @Test("Two repetitions of a refused call are none")
    func twice() async throws {
        try await withTestServer { client, _ in
            for _ in 0..<3 { _ = try await client.callEcho("again", token: "no-token-of-this-server") }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("Fifty calls at once that are all refused are no storm; a second round of them is")
    func atOnce() async throws {
        try await withTestServer { client, _ in
            let calls = try await Calls(client, token: "no-token-of-this-server", connections: 50)
            await calls.sendAll()
            await calls.readAll()
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
            await calls.sendAll()
            await calls.readAll()
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["no-retry-storm"])
        }
    }

    @Test("Calls by several tasks at once, each on a new connection, are no storm", arguments: [2, 3, 20, 50])
    func tasks(count: Int) async throws {
        try await withTestServer { client, _ in
            for token in ["no-token-of-this-server", nil] {
                await Self.atOnce(count) { _ = try? await client.callEcho("once", token: token) }
                let report = try await client.get("/debug/report")
                #expect(report.verdicts("FAIL") == [])
            }
        }
    }

    #if os(Linux)
    @Test(
        "Calls on connections that are opened one after another are none if they were sent before an answer was read",
        arguments: [true, false])
    func openedInTurn(isRead: Bool) async throws {
        try await withTestServer { client, _ in
            var open: [Calls] = []
            for number in 1...(isRead ? 20 : 50) {
                let call = try await Calls(client, token: "no-token-of-this-server")
                open.append(call)
                if isRead {
                    await call.sendAndRead(on: 0)
                } else {
                    await call.sendAll()
                    // It is answered.
                    _ = try await client.get("/debug/requests/await?count=\(number)&timeout=30")
                }
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == (isRead ? ["no-retry-storm"] : []))
        }
    }
    #endif

    @Test("Three tasks that each call twenty times are one", arguments: [true, false])
    func loopingTasks(keepsAlive: Bool) async throws {
        try await withTestServer { client, _ in
            let token = "no-token-of-this-server"
            let calls = try await Calls(client, token: token, connections: 3)
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<3 {
                    group.addTask {
                        for _ in 0..<20 {
                            if keepsAlive {
                                await calls.sendAndRead(on: index)
                            } else {
                                _ = try? await client.callEcho("again", token: token)
                            }
                        }
                    }
                }
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["no-retry-storm"])
        }
    }

    @Test("Calls in turns over open connections are one when they come back to one of them", arguments: [2, 5, 20])
    func inTurns(connections: Int) async throws {
        try await withTestServer { client, _ in
            let calls = try await Calls(client, token: "no-token-of-this-server", connections: connections)
            await calls.waitUntilAccepted()
            for index in 0..<connections { await calls.sendAndRead(on: index) }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
            for index in 0..<20 { await calls.sendAndRead(on: index % connections) }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["no-retry-storm"])
        }
    }

    @Test("Three refreshes at once are one fault, after which the client owes nothing")
    func refreshesAtOnce() async throws {
        for _ in 0..<5 {
            try await withTestServer { client, _ in
                let resource: [String: String?] = ["resource": client.origin + "/mcp"]
                let tokens = try await Flow(client, resource).logIn().redeem(resource)
                await Self.atOnce(3) {
                    _ = try? await Flow(client).attempt(
                        resource.merging(["grant_type": "refresh_token", "refresh_token": tokens.refreshToken]) { $1 })
                }
                _ = try await Flow(client, resource.merging(["state": "2"]) { $1 }).logIn()
                let report = try await client.get("/debug/report")
                #expect(report.verdicts("FAIL").filter { $0 != "pkce-fresh" } == ["refresh-once"])
                #expect(report.verdicts("NOT SEEN").contains("refresh-no-loop"))
            }
        }
    }

    private static func atOnce(_ count: Int, _ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { await work() } }
        }
    }

    @Test("Ten calls into a session that is gone fail, in a row; at once they do not", arguments: [true, false])
    func deadSession(inARow: Bool) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
            let session = try await client.openSession(token: token)
            _ = try await client.legacy(
                "notifications/initialized", id: nil, session: session, token: token, Self.version)
            _ = try await client.debug("/sessions/drop", ["all": true])
            let calls = try await Calls(client, token: token, session: session, connections: 10)
            if inARow {
                for _ in 0..<10 { await calls.sendAndRead(on: 0) }
            } else {
                await calls.sendAll()
                await calls.readAll()
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == (inARow ? ["session-again"] : []))
        }
    }

    @Test("A token that ended by /debug is no mistake, nor is one more call with it")
    func endedByDebug() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
            _ = try await client.debug("/tokens/expire", ["all": true])
            for _ in 0..<2 { _ = try await client.callEcho("again", token: token) }
            _ = try await Flow(client).token(["grant_type": "client_credentials"])
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [])
            #expect(report.verdicts("PASS").contains("no-retry-storm"))
        }
    }

    @Test("A client whose tokens were cut off by a fault may send its code and refresh token again")
    func damaged() async throws {
        try await withTestServer { client, _ in
            let resource: [String: String?] = ["resource": client.origin + "/mcp"]
            let login = try await Flow(client, resource).logIn()
            let first = try await login.redeem(resource)
            let fault: JSONObject = ["endpoint": "token", "fault": ["drop": "mid-body"]]
            #expect(try await client.debug("/faults", fault).status == 201)
            _ = try? await login.refresh(first.refreshToken, resource)
            _ = try await login.refresh(first.refreshToken, resource, expecting: 400)
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
            let next = try await Flow(client, resource.merging(["state": "2"]) { $1 }).logIn()
            #expect(try await client.debug("/faults", fault).status == 201)
            _ = try? await next.redeem(resource)
            _ = try await next.redeem(resource, expecting: 400)
            #expect(!(try await client.get("/debug/report").verdicts("FAIL").contains("code-once")))
        }
    }

    private static let version = [("MCP-Protocol-Version", "2025-11-25")]
}

/// One call on each of several connections that stay open.
private struct Calls {
    private let connections: [RawConnection]
    private let bytes: String
    private let greeting: String

    /// Opens the connections.
    init(_ client: TestClient, token: String, session: String? = nil, connections count: Int = 1) async throws {
        var connections: [RawConnection] = []
        for _ in 0..<count { connections.append(try await RawConnection(port: client.port)) }
        self.connections = connections
        greeting = client.head("GET", "/healthz", [], nil)
        if let session {
            let fields =
                TestClient.fields(token: token) + [
                    ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"),
                ]
            bytes = client.head("POST", "/mcp", fields, TestClient.body("tools/list", nil, id: 1))
        } else {
            let (fields, body) = TestClient.modernRequest("tools/list", token: token)
            bytes = client.head("POST", "/mcp", fields, body)
        }
    }

    /// What waits in the accept queue may have a request, as far as the server knows.
    func waitUntilAccepted() async {
        for connection in connections {
            await connection.send(greeting)
            _ = await connection.read(until: "\"ok\"}")
        }
    }

    func sendAll() async {
        for connection in connections { await connection.send(bytes) }
    }

    func readAll() async {
        for connection in connections { _ = await connection.read(until: "}") }
    }

    func sendAndRead(on index: Int) async {
        await connections[index].send(bytes)
        _ = await connections[index].read(until: "\r\n\r\n{")
    }
}

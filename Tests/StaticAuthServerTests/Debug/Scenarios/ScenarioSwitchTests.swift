import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Switching scenarios")
struct ScenarioSwitchTests {
    private let metadata = "/.well-known/oauth-authorization-server"

    @Test("A scenario is switched on and off while the server runs, and tokens, sessions and the journal stay")
    func switching() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            #expect(try await client.scenario() == nil)

            let switched = try await client.play("issuer-slash")
            #expect(switched.status == 200)
            #expect(try await client.scenario() == "issuer-slash")
            #expect(try await client.get(metadata).json["issuer"]?.string == client.origin + "/")
            #expect(try await client.callEcho("x", token: token).status == 200)
            #expect(try await client.legacy("tools/list", session: session, token: token).status == 200)

            #expect(try await client.send("DELETE", "/debug/scenario").json["scenario"] == .null)
            #expect(try await client.get(metadata).json["issuer"]?.string == client.origin)
            let entries = try await client.get("/debug/requests").json["requests"]?.array?.compactMap(\.object) ?? []
            #expect(entries.first?["scenario"] == nil)
            #expect(entries.contains { $0["scenario"] == "issuer-slash" })
            #expect(entries.last?["scenario"] == nil)
        }
    }

    @Test("An event stream survives a switch, and gets later notifications")
    func streams() async throws {
        try await withTestServer { client, server in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest(
                "subscriptions/listen", ["notifications": ["toolsListChanged": true]], token: token)
            let stream = try await EventReader(client, "POST", "/mcp", fields, body: body)
            #expect(await stream.nextMessage() != nil)
            try await client.play("auth-basic-only")
            _ = try await client.get(metadata)
            server.toolsListChanged()
            let notice = await stream.nextMessage()
            #expect(notice?.json["method"] == "notifications/tools/list_changed")
        }
    }

    @Test("DELETE restores the scenario of the start")
    func start() async throws {
        try await withTestServer({ $0.scenario = "issuer-slash" }) { client, _ in
            #expect(try await client.get(metadata).json["issuer"]?.string == client.origin + "/")
            try await client.play("no-expose")
            #expect(try await client.get(metadata).json["issuer"]?.string == client.origin)
            _ = try await client.send("DELETE", "/debug/scenario")
            #expect(try await client.scenario() == "issuer-slash")
            #expect(try await client.get(metadata).json["issuer"]?.string == client.origin + "/")
        }
    }

    @Test("The counts of a scenario restart when it is switched on again")
    func counting() async throws {
        try await withTestServer({ $0.scenario = "401-once" }) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            var statuses: [Int] = []
            for _ in 0..<2 { statuses.append(try await client.callEcho("x", token: token).status) }
            try await client.play("401-once")
            for _ in 0..<2 { statuses.append(try await client.callEcho("x", token: token).status) }
            #expect(statuses == [401, 200, 401, 200])
        }
    }

    @Test("A queued fault applies before one of the scenario")
    func faultsFirst() async throws {
        try await withTestServer({ $0.scenario = "token-html-500" }) { client, _ in
            try await client.queueFault(["endpoint": "token", "fault": ["status": 418]])
            #expect(try await client.post("/token", form: []).status == 418)
            #expect(try await client.post("/token", form: []).status == 500)
        }
    }

    @Test("A token request in token-slow is delayed, while others are answered and the server can stop")
    func tokenSlow() async throws {
        try await withTestServer({ $0.scenario = "token-slow" }) { client, server in
            let waiting = try await RawConnection(port: client.port)
            await waiting.send("POST /token HTTP/1.1\r\nHost: localhost:\(client.port)\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.get("/healthz").status == 200)
            await server.stop()
            #expect(await waiting.readToEnd() == "")
        }
    }

    @Test(
        "An unknown scenario is refused with similar names",
        arguments: [("issuer-slahs", "issuer-slash"), ("refresh-rot", "refresh-rotate-strict or refresh-rotate-grace")])
    func unknown(name: String, near: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.play(name)
            #expect(answer.status == 400)
            #expect(answer.json["member"] == "name")
            #expect(answer.json["expected"]?.string == "the name of a scenario, perhaps \(near)")
            var settings = Settings()
            settings.scenario = name
            #expect(settings.problems(toolNames: []).first?.message.contains(near) == true)
        }
    }

    @Test("The list describes every scenario, and no name occurs twice")
    func listing() async throws {
        try await withTestServer { client, _ in
            let list = try await client.get("/debug/scenarios").json["scenarios"]?.array?.compactMap(\.object) ?? []
            #expect(list.count == Scenario.all.count)
            #expect(Set(list.map { $0["name"]?.string }).count == list.count)
            for scenario in list {
                for member in ["name", "effect", "reference", "reason", "correct_client"] {
                    #expect(scenario[member]?.string?.isEmpty == false, "\(scenario)")
                }
                #expect(scenario["affected"]?.array?.isEmpty == false)
            }
        }
    }

    @Test("Off loopback a scenario is refused without a debug token, and everywhere with --no-debug")
    func safety() {
        var settings = Settings()
        settings.scenario = "issuer-slash"
        #expect(settings.problems(toolNames: []).isEmpty)
        settings.debug = false
        #expect(settings.problems(toolNames: []).map(\.setting) == [.scenario])
        settings.debug = true
        settings.publicURL = "https://mcp.example.com"
        settings.clientSecret = Secret("a-secret-of-our-own")
        settings.users = [.init(name: "ann", password: Secret("a-password-of-our-own"))]
        #expect(settings.problems(toolNames: []).map(\.setting) == [.scenario])
        settings.debugToken = Secret("0123456789abcdef")
        #expect(settings.problems(toolNames: []).isEmpty)
    }

    @Test("A scenario is logged as a warning, at the start and when it is switched on")
    func log() async throws {
        let lines = LogLines()
        try await withTestServer({ $0.scenario = "no-cors" }, logger: lines.logger) { client, _ in
            try await client.play("no-expose")
            _ = try await client.send("DELETE", "/debug/scenario")
        }
        let warnings = lines.all.filter { $0.contains(" warning scenario") }
        #expect(warnings.map { $0.suffix(10) } == ["me=no-cors", "=no-expose", "me=no-cors"])
    }
}

extension TestClient {
    /// Switches a scenario on.
    @discardableResult
    fileprivate func play(_ name: String) async throws -> Answer {
        try await send("PUT", "/debug/scenario", body: "{\"name\":\"\(name)\"}")
    }

    /// The name of the running scenario.
    fileprivate func scenario() async throws -> String? {
        try await get("/debug/scenario").json["scenario"]?.object?["name"]?.string
    }
}

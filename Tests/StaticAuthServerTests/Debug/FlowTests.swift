import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Flows")
struct FlowTests {
    @Test("Everything from discovery to the call of a tool is one flow, in order")
    func whole() async throws {
        try await withTestServer { client, _ in
            try await client.goThrough()
            let flow = try await client.flow(1)
            #expect(
                flow.steps("kind") == [
                    "challenge", "discovery", "discovery", "authorization", "login", "login", "token", "message",
                ])
            #expect(
                flow.steps("title") == [
                    "POST /mcp tools/call echo", "GET /.well-known/oauth-protected-resource/mcp",
                    "GET /.well-known/oauth-authorization-server", "GET /authorize", "GET /login", "POST /login",
                    "POST /token, authorization_code", "POST /mcp tools/call echo",
                ])
            #expect(flow.steps("entry") == (1...8).map(String.init))
            #expect(flow.steps("verdict").filter { $0 == "fine" }.count == 7)
            #expect(flow["first_problem"] == .null)
            #expect(flow["silence"] == .null)
            #expect(flow["requests"]?.number?.intValue == 8)
            #expect(try await client.requests("?flow=1").count == 8)
        }
    }

    @Test("Two clients at once are two flows")
    func twoClients() async throws {
        try await withTestServer { client, _ in
            let verifiers = [Flow.verifier, String(repeating: "v", count: 43)]
            var flows: [Flow] = []
            for (number, verifier) in verifiers.enumerated() {
                let challenge = Base64.url.encode(Digest(of: verifier).bytes)
                flows.append(try await Flow(client, ["code_challenge": challenge, "state": "s\(number)"]).logIn())
            }
            let second = try await flows[1].redeem(["code_verifier": verifiers[1]])
            let first = try await flows[0].redeem()
            _ = try await client.callEcho("1", token: first.accessToken)
            _ = try await client.callEcho("2", token: second.accessToken)
            _ = try await flows[0].refresh(first.refreshToken)
            #expect(try await client.flow(1).steps("kind") == ["login", "token", "message", "refresh"])
            #expect(try await client.flow(2).steps("kind") == ["login", "token", "message"])
        }
    }

    @Test("The first problem stays marked, with its request")
    func firstProblem() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            _ = try await flow.redeem(["code_verifier": String(repeating: "x", count: 43)], expecting: 400)
            _ = try await flow.redeem(["client_secret": "wrong"], expecting: 401)
            let problem = try #require(try await client.flow(1)["first_problem"]?.object)
            #expect(problem["entry"]?.number?.intValue == 2)
            #expect(problem["outcome"]?.string?.hasPrefix("400 invalid_grant: The ") == true)
        }
    }

    @Test("Errors of the protocol's normal course are no problem")
    func expected() async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.requireScope = ["echo": "more"] }, now: clock.now) { client, _ in
            _ = try await client.callEcho("hi", token: nil)
            _ = try await client.get("/.well-known/openid-configuration")
            _ = try await client.get("/.well-known/oauth-authorization-server/mcp")
            let flow = Flow(client)
            _ = try await client.get(flow.target)
            _ = try await flow.submitLogin(password: "mistyped")
            let tokens = try await flow.logIn().redeem()
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            clock.advance(by: .seconds(3601))
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            let answer = try await client.flow(1)
            #expect(answer["first_problem"] == .null)
            #expect(
                answer.steps("verdict") == [
                    "expected", "expected", "expected", "fine", "expected", "fine", "fine", "expected", "expected",
                ])
        }
    }

    @Test("Moving the debug clock makes no client silent")
    func silenceByClock() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            _ = try await client.callEcho("hi", token: nil)
            _ = try await client.debug("/clock", ["advance": 3600])
            #expect(try await client.flow(1)["silence"]?.object?["text"] == .null)
            clock.advance(by: .seconds(31))
            #expect(
                try await client.flow(1)["silence"]?.object?["text"]?.string
                    == "The client got a 401 challenge 31 s ago and never fetched the metadata.")
        }
    }

    @Test("A client's silence is reported with its last step and duration")
    func silence() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            func silence() async throws -> String? {
                clock.advance(by: .seconds(31))
                return try await client.flow(1)["silence"]?.object?["text"]?.string
            }
            _ = try await client.callEcho("hi", token: nil)
            #expect(try await client.flow(1)["silence"]?.object?["text"] == .null)
            #expect(try await silence() == "The client got a 401 challenge 31 s ago and never fetched the metadata.")
            _ = try await client.get("/.well-known/oauth-protected-resource/mcp")
            #expect(try await silence() == "The client fetched the metadata 31 s ago and never opened /authorize.")
            _ = try await client.get(Flow(client).target)
            #expect(
                try await silence() == "A person was shown the login page 31 s ago, and nobody has logged in.")
            let flow = try await Flow(client).logIn()
            #expect(try await silence() == "The client was sent a code 31 s ago and never redeemed it.")
            let tokens = try await flow.redeem()
            #expect(
                try await silence() == "The client received a token 31 s ago and never called /mcp with it.")
            let session = try await client.openSession(token: tokens.accessToken)
            #expect(
                try await silence()
                    == "The client initialized a session 31 s ago and never sent notifications/initialized.")
            _ = try await client.legacy(
                "notifications/initialized", id: nil, session: session, token: tokens.accessToken)
            #expect(try await silence() == nil)
            _ = try await client.legacy("ping", session: "another", token: tokens.accessToken)
            #expect(
                try await silence() == "The client's session was gone 31 s ago, and it never opened another.")
            clock.advance(by: .seconds(3600))
            _ = try await client.legacy("ping", session: session, token: tokens.accessToken)
            #expect(
                try await silence() == "The client's token was refused 31 s ago, and it never asked for another.")
        }
    }

    @Test("A new authorization after a refused token names the flow that it continues")
    func follows() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let tokens = try await Flow(client).logIn().redeem()
            clock.advance(by: .seconds(3601))
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            try await client.goThrough(verifier: String(repeating: "v", count: 43))
            #expect(try await client.flow(2)["follows"]?.number?.intValue == 1)
            #expect(try await client.flow(1)["silence"] == .null)
        }
    }

    @Test("Many calls are counted in one step, and later steps are listed")
    func manyCalls() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            for number in 0..<70 {
                _ = try await client.modern(number % 2 == 0 ? "tools/list" : "server/discover", token: token)
            }
            _ = try await client.modern("no/such", token: token)
            let flow = try await client.flow(1)
            #expect(flow["requests"]?.number?.intValue == 72)
            #expect(flow.steps("title").count == 63)
            #expect(flow.steps("count")[61] == "10")
            #expect(flow["first_problem"]?.object?["title"]?.string == "POST /mcp no/such")
        }
    }

    @Test("A flow is exported as a sequence diagram that no text can break")
    func diagram() async throws {
        try await withTestServer { client, _ in
            try await client.goThrough()
            let evil = "x; `<b>`\n```\nC->>A: y #1 %% {"
            let fields = TestClient.fields(token: nil) + [("User-Agent", "agent ``` <b>")]
            _ = try await client.send("POST", "/mcp", fields, body: TestClient.body(evil, nil, id: 1))
            let answer = try await client.get("/debug/flows/1?format=markdown")
            #expect(answer["Content-Type"] == "text/markdown; charset=utf-8")
            let whole = answer.body
            #expect(whole.contains("    B->>A: GET /authorize\n    A-->>B: on to the login page\n"))
            #expect(whole.contains("    C->>M: POST /mcp tools/call echo\n    M-->>C: 200 OK\n"))
            let broken = try await client.get("/debug/flows/2?format=markdown").body
            #expect(broken.split(separator: "\n").filter { $0.contains("```") }.count == 2)
            #expect(!broken.contains("<b>"))
            #expect(!broken.contains("\nC->>A: y"))
            #expect(try await client.get("/debug/flows/1?format=svg").status == 400)
            #expect(try await client.get("/debug/flows/77").status == 404)
        }
    }

    @Test("There are at most 500 flows; the one quiet for longest is dropped")
    func bounds() async throws {
        try await withTestServer { client, _ in
            let first = try await Flow(client, ["state": "first"]).logIn()
            for number in 0..<500 {
                if number == 150 { _ = try await first.redeem() }
                _ = try await client.get(Flow(client, ["state": "\(number)"]).target)
            }
            let flows = try await client.get("/debug/flows").json
            #expect(flows["count"]?.number?.intValue == 500)
            #expect(try await client.get("/debug/flows/1").status == 200)
            #expect(try await client.get("/debug/flows/2").status == 404)
        }
    }
}

extension TestClient {
    /// Does what a client of 2026-07-28 does, up to the call of a tool.
    func goThrough(verifier: String = Flow.verifier) async throws {
        _ = try await callEcho("hi", token: nil)
        _ = try await get("/.well-known/oauth-protected-resource/mcp")
        _ = try await get("/.well-known/oauth-authorization-server")
        let challenge = Base64.url.encode(Digest(of: verifier).bytes)
        let flow = Flow(self, ["code_challenge": challenge, "state": "state of \(verifier)"])
        let redirect = try await get(flow.target)
        let login = try #require(redirect["Location"])
        _ = try await get(String(login.dropFirst(origin.count)))
        let tokens = try await flow.logIn().redeem(["code_verifier": verifier])
        _ = try await callEcho("hi", token: tokens.accessToken)
    }

    /// A flow as the server reports it.
    func flow(_ number: Int) async throws -> JSONObject {
        try await get("/debug/flows/\(number)").json
    }
}

extension JSONObject {
    /// The texts or numbers of a member of all steps.
    func steps(_ name: String) -> [String] {
        self["steps"]?.array?.map { step in
            let value = step.object?[name]
            return value?.string ?? value?.number?.text ?? ""
        } ?? []
    }
}

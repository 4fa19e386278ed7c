import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("The timeline's page and what steers the server from it")
struct TimelinePageTests {
    @Test("Its policy allows no script, style or connection but the server's own")
    func policy() async throws {
        try await withTestServer { client, _ in
            let page = try await client.get("/debug")
            let policy = try #require(page["Content-Security-Policy"])
            #expect(!policy.contains("unsafe"))
            for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
                #expect(policy.contains(part))
            }
            #expect(!page.body.contains("<style") && !page.body.contains(#/ on\w+=/#), "nothing inline")
            for path in page.body.matches(of: #/(?:src|href)="(\/debug\/timeline[^"]*)"/#).map({ String($0.1) }) {
                let asset = try await client.get(path)
                #expect(asset.status == 200 && asset["X-Content-Type-Options"] == "nosniff")
            }
        }
    }

    @Test("Without scripts the flows are on the page, with their marks, and what is in force")
    func withoutScripts() async throws {
        try await withTestServer { client, _ in
            _ = try await client.send("POST", "/mcp", [("User-Agent", "<b>client</b>/1")])
            _ = try await client.debug(
                "/faults", ["endpoint": "token", "fault": ["status": 503], "match": ["grant_type": "refresh_token"]])
            _ = try await client.debug("/clock", ["advance": 60])
            _ = try await client.debug("/scenario", ["name": "issuer-slash"], method: "PUT")
            let page = try await client.get("/debug").body
            let flows = try #require(page.firstRange(of: "<noscript>")).upperBound
            let text = page[flows...].prefix { _ in true }
            #expect(text.contains("&lt;b&gt;client&lt;/b&gt;/1") && !text.contains("<b>client"))
            #expect(text.contains(#"<section class="flow" id="flow-1">"#) && text.contains("/debug/requests/1"))
            #expect(text.contains("issuer-slash") && text.contains("grant_type refresh_token: status 503"))
            #expect(text.contains("The clock is 60 s off."))
        }
    }

    @Test("Without scripts a refusal that a scenario causes is marked as done on purpose, and not those before it")
    func cause() async throws {
        try await withTestServer({ $0.scenario = "code-expired" }) { client, _ in
            _ = try await Flow(client).logIn().redeem(expecting: 400)
            let page = try await client.get("/debug").body
            #expect(page.ranges(of: "on purpose: the scenario").count == 1)
        }
    }

    @Test("Many flows are shown a number at a time, the latest first")
    func manyFlows() async throws {
        try await withTestServer { client, _ in
            for number in 1...60 { _ = try await client.send("POST", "/mcp", [("User-Agent", "client-\(number)/1")]) }
            let page = try await client.get("/debug").body
            #expect(page.ranges(of: "<section class=\"flow\"").count == 50)
            #expect(page.contains("flow-60\"") && !page.contains("id=\"flow-10\""))
            let earlier = try #require(page.firstMatch(of: #/\/debug\?before=\d+/#)?.0)
            let next = try await client.get(String(earlier)).body
            #expect(next.ranges(of: "<section class=\"flow\"").count == 10 && next.contains("id=\"flow-10\""))
            #expect(next.contains("The latest flows") && !next.contains("Earlier flows"))
            #expect(try await client.get("/debug?before=x").status == 400)
        }
    }

    @Test("With a debug token the page is public and holds no data")
    func noData() async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            _ = try await client.send("POST", "/mcp", [("User-Agent", "some-client/1")])
            let page = try await client.get("/debug")
            #expect(page.status == 200 && !page.body.contains("some-client"))
        }
    }

    @Test("The events begin with what is in force, and tell every change of it")
    func control() async throws {
        try await withTestServer({ $0.scenario = "issuer-slash" }) { client, _ in
            let events = try await EventReader(client, "GET", "/debug/events", [])
            var state = try await Self.control(events)
            #expect(state["scenario"] == "issuer-slash" && state["first_scenario"] == "issuer-slash")
            #expect(state["faults"]?.array == [] && state["offset_seconds"] == 0)
            _ = try await client.debug("/scenario", ["name": "token-slow"], method: "PUT")
            state = try await Self.control(events)
            #expect(state["scenario"] == "token-slow" && state["effect"]?.string?.isEmpty == false)
            _ = try await client.debug("/faults", ["endpoint": "token", "times": 2, "fault": ["status": 503]])
            state = try await Self.control(events)
            #expect(
                state["faults"]?.array == [
                    ["id": 1, "requests": "token", "effect": "status 503", "remaining": 2]
                ])
            _ = try await client.post("/token", form: [("grant_type", "refresh_token")])
            state = try await Self.control(events)
            #expect(state["faults"]?.array?.first?.object?["remaining"] == 1)
            _ = try await client.debug("/clock", ["advance": 3600])
            #expect(try await Self.control(events)["offset_seconds"] == 3600)
            _ = try await client.debug("/reset", [:])
            state = try await Self.control(events)
            #expect(state["scenario"] == "issuer-slash" && state["faults"]?.array == [] && state["offset_seconds"] == 0)
        }
    }

    @Test("A queued fault shows none of the secrets in its document")
    func secrets() async throws {
        try await withTestServer { client, _ in
            let secret = "your-secret-key-change-this-in-production"
            let match: JSONObject = [
                "tool": .string(secret), "parameters": ["state": .string(secret)],
                "headers": ["X-Key": .string(secret)],
            ]
            let fault: JSONObject = ["status": 503, "body": .string(secret), "headers": ["X-Key": .string(secret)]]
            let made = try await client.debug(
                "/faults", ["endpoint": "any", "match": .object(match), "fault": .object(fault)])
            #expect(made.status == 201)
            let events = try await EventReader(client, "GET", "/debug/events", [])
            let state = try await Self.control(events)
            #expect(state["faults"]?.array?.count == 1)
            #expect(!String(decoding: JSONWriter.bytes(of: state), as: UTF8.self).contains(secret))
            #expect(try await !client.get("/debug").body.contains(secret))
        }
    }

    @Test("A flow can be taken as commands of curl, in which no text of a client is a command")
    func curl() async throws {
        try await withTestServer { client, _ in
            let evil = "'; touch /tmp/evil; echo '\n$(touch /tmp/evil) `x` \"$PATH\""
            _ = try await client.post(
                "/token",
                form: [
                    ("grant_type", "authorization_code"), ("code", "abc"), ("PATH", "x"), ("scope", evil),
                    ("client_id", "static-mcp-client-001"), ("client_secret", "s"),
                ], [("User-Agent", "curious/1 \(evil.filter { $0 != "\n" })")])
            let answer = try await client.get("/debug/flows/1?format=curl")
            #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
            let script = answer.body
            #expect(script.contains("curl -sS -i -g --path-as-is -X 'POST' \"$BASE\"'/token'"))
            #expect(script.contains("--data-urlencode 'code='\"$CODE\""))
            #expect(script.contains("--data-urlencode 'client_secret='\"$CLIENT_SECRET\""))
            #expect(script.contains("\nCODE=\n") && script.contains("\nVALUE_PATH=\n") && !script.contains("\nPATH="))
            // Outside of quotes no character of the client is left.
            let bare = script.replacing("'\\''", with: "").replacing(#/'[^']*'/#, with: "").replacing(
                #/"\$\w+"/#, with: "")
            #expect(!bare.contains("touch") && !bare.contains("`") && !bare.contains("$("))
            #expect(try await client.get("/debug/flows/9?format=curl").status == 404)
        }
    }

    /// The next state of the control events.
    private static func control(_ events: EventReader) async throws -> JSONObject {
        while let event = await events.nextMessage() {
            if event.value("event") == "control" { return event.json }
        }
        Issue.record("The stream has ended.")
        return [:]
    }
}

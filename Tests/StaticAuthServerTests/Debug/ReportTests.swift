import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("The report on a client")
struct ReportTests {
    @Test("A correct client passes every rule that can be seen")
    func good() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock).live()
            let report = try await client.get("/debug/report")
            #expect(report["Report-Failures"] == "0")
            #expect(report.json["failed"]?.number?.intValue == 0)
            #expect(report.verdicts("FAIL") == [])
            #expect(
                report.verdicts("NOT SEEN") == ["state-checked", "iss-checked", "refresh-no-loop", "asked-response"])
        }
    }

    @Test(
        "A client that breaks one rule fails that one and no other, be it slow or as fast as the machine",
        arguments: SmallClient.Fault.allCases, [Duration.zero, .seconds(1)])
    func broken(fault: SmallClient.Fault, pause: Duration) async throws {
        try await withReportServer { client, clock in
            var small = SmallClient(client, clock, fault)
            small.pause = pause
            try await small.live()
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [fault.rawValue])
            let rule = try #require(report.rule(fault.rawValue))
            let entry = try #require(rule["entries"]?.array?.first?.number?.intValue)
            #expect(rule["problems"]?.array?.first?.object?["entry"]?.number?.intValue == entry)
            #expect(try await client.get("/debug/requests/\(entry)").status == 200)
        }
    }

    @Test("A client that authorizes anew after a refused refresh token keeps the rule")
    func reauthorizes() async throws {
        try await withReportServer { client, clock in
            _ = try await Flow(client).refresh(
                "no-token-of-this-server", ["resource": client.origin + "/mcp"], expecting: 400)
            try await SmallClient(client, clock).live()
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("NOT SEEN") == ["state-checked", "iss-checked", "asked-response"])
            #expect(report.verdicts("FAIL") == [])
        }
    }

    @Test(
        "Whoever reads a verdict waits until clients that have just begun had the time to go on",
        arguments: ["/debug/report", "/debug/flows", "/debug/flows/1"])
    func beginners(path: String) async throws {
        try await withReportServer { client, _ in
            let message = #"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#
            func begin() async throws {
                _ = try await client.send("POST", "/mcp", [("Content-Type", "application/json")], body: message)
            }
            for _ in 0..<3 { try await begin() }
            let start = ContinuousClock.now
            try await begin()
            #expect(try await client.get(path).status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(500))
        }
    }

    @Test("Without any client nothing is judged")
    func empty() async throws {
        try await withReportServer { client, _ in
            let report = try await client.get("/debug/report").json
            #expect(report["passed"]?.number?.intValue == 0)
            #expect(report["failed"]?.number?.intValue == 0)
            #expect((report["not_seen"]?.number?.intValue ?? 0) >= 35)
        }
    }

    @Test("A verdict outlives the requests that it is based on")
    func eviction() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .plainChallenge).live()
            for _ in 0..<1001 { _ = try await client.get("/healthz") }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == ["pkce-s256"])
            _ = try await client.send("DELETE", "/debug/requests")
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("It is text for people and JUnit for CI, with the numbers in the header")
    func forms() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .noState).live()
            let text = try await client.get("/debug/report?format=text")
            #expect(text["Content-Type"] == "text/plain; charset=utf-8")
            #expect(text["Report-Failures"] == "1")
            #expect(text.body.contains("FAIL      state-sent"))
            #expect(text.body.contains("There is no state."))
            let junit = try await client.get("/debug/report?format=junit")
            #expect(junit["Content-Type"] == "application/xml")
            #expect(junit.body.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?>"#))
            #expect(junit.body.contains(#"failures="1""#))
            #expect(junit.body.contains(#"<failure message="There is no state.">"#))
            #expect(try await client.get("/debug/report?format=pdf").status == 400)
        }
    }

    @Test(
        "After a reset nothing of one client is left for the next, by whatever rule",
        arguments: SmallClient.Fault.allCases)
    func reset(fault: SmallClient.Fault) async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, fault).live()
            _ = try await client.debug("/reset")
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
            try await SmallClient(client, clock).live()
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test(
        "A correct client after a broken one, of another name or of the same, keeps every rule",
        arguments: SmallClient.Fault.allCases, ["careful/1", "sloppy/1"])
    func beside(fault: SmallClient.Fault, agent: String) async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, fault, agent: "sloppy/1").live()
            let before = try await client.flowNumbers()
            try await SmallClient(client, clock, agent: agent, letter: "b").live()
            for flow in try await client.flowNumbers().filter({ !before.contains($0) }) {
                let report = try await client.get("/debug/report?flow=\(flow)")
                #expect(report.verdicts("FAIL") == [], "flow \(flow)")
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [fault.rawValue])
            let careful = try await client.get("/debug/report?client=\(agent.prefix { $0 != "/" })")
            #expect(careful.verdicts("FAIL") == (agent == "sloppy/1" ? [fault.rawValue] : []))
        }
    }

    @Test("What one client owes after a refusal is not charged to the next, of another name or of the same")
    func debts() async throws {
        for agent in ["careful/1", "sloppy/1", nil] {
            try await withReportServer { client, clock in
                var sloppy = client
                sloppy.agent = agent == nil ? nil : "sloppy/1"
                let resource: [String: String?] = ["resource": client.origin + "/mcp"]
                let tokens = try await Flow(sloppy, resource).logIn().redeem(resource)
                let call: JSONObject = ["name": "get_time", "arguments": [:]]
                #expect(try await sloppy.modern("tools/call", call, token: tokens.accessToken).status == 403)
                let session = try await sloppy.openSession(token: tokens.accessToken)
                _ = try await client.debug("/sessions/drop", ["all": true])
                _ = try await sloppy.legacy("tools/list", session: session, token: tokens.accessToken)
                _ = try await Flow(sloppy).refresh("no-token-of-this-server", resource, expecting: 400)
                let before = try await client.flowNumbers()
                try await SmallClient(client, clock, agent: agent, letter: "b").live()
                for flow in try await client.flowNumbers().subtracting(before) {
                    #expect(try await client.get("/debug/report?flow=\(flow)").verdicts("FAIL") == [])
                }
            }
        }
    }

    @Test("A refresh token that was refused before a reset is refused for the first time after it")
    func refusedBeforeReset() async throws {
        try await withReportServer { client, _ in
            let resource: [String: String?] = ["resource": client.origin + "/mcp"]
            for _ in 0..<2 {
                _ = try await client.debug("/reset")
                _ = try await Flow(client).refresh("no-token-of-this-server", resource, expecting: 400)
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("The state of one client may be that of another", arguments: ["careful/1", "sloppy/1"])
    func sameState(agent: String) async throws {
        try await withReportServer { client, _ in
            for (agent, letter) in [("sloppy/1", "v"), (agent, "w")] {
                var other = client
                other.agent = agent
                let verifier = String(repeating: letter, count: 43)
                let resource: [String: String?] = ["resource": client.origin + "/mcp"]
                let flow = Flow(
                    other,
                    resource.merging([
                        "state": "the-same-state", "code_challenge": Base64.url.encode(Digest(of: verifier).bytes),
                    ]) { $1 })
                _ = try await flow.logIn().redeem(resource.merging(["code_verifier": verifier]) { $1 })
            }
            let isSame = agent == "sloppy/1"
            #expect(try await client.get("/debug/report").verdicts("FAIL") == (isSame ? ["state-fresh"] : []))
        }
    }

    @Test("A session that is left open for another one is noted, and fails nothing")
    func advice() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
            let version = [("MCP-Protocol-Version", "2025-11-25")]
            var sessions: [String] = []
            for _ in 0..<2 {
                let session = try await client.openSession(token: token)
                _ = try await client.legacy(
                    "notifications/initialized", id: nil, session: session, token: token, version)
                sessions.append(session)
            }
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("NOTE") == ["session-ended"])
            #expect(report.verdicts("FAIL") == [])
            #expect(report["Report-Failures"] == "0" && report.json["noted"] == 1)
            let text = try await client.get("/debug/report?format=text").body
            #expect(text.contains("NOTE      session-ended") && text.contains(", 1 NOTE, "))
            #expect(try await client.get("/debug/report?format=junit").body.contains("<system-out>request "))
            // Both may be in use.
            _ = try await client.legacy("tools/list", session: sessions[0], token: token, version)
            #expect(try await client.get("/debug/report").verdicts("NOTE") == [])
        }
    }
}

/// Runs a test against a server with a tool that needs a further scope, and with a clock that stands still.
func withReportServer(_ body: (TestClient, FixedClock) async throws -> Void) async throws {
    let clock = FixedClock()
    try await withTestServer({ $0.requireScope = ["get_time": "more"] }, now: clock.now) { client, _ in
        try await body(client, clock)
    }
}

extension TestClient.Answer {
    /// The ids of the rules with a verdict.
    func verdicts(_ verdict: String) -> [String] {
        rules.filter { $0["verdict"]?.string == verdict }.compactMap { $0["id"]?.string }
    }

    func rule(_ id: String) -> JSONObject? {
        rules.first { $0["id"]?.string == id }
    }

    /// The numbers under a name of the clients in a report.
    func clients(_ name: String) -> [String: Int] {
        let clients = json["clients"]?.array?.compactMap(\.object) ?? []
        let pairs = clients.map { ($0["name"]?.string ?? "", $0[name]?.number?.intValue ?? -1) }
        return Dictionary(pairs) { $0 + $1 }
    }

    private var rules: [JSONObject] { json["rules"]?.array?.compactMap(\.object) ?? [] }
}

extension TestClient {
    /// The numbers of all flows.
    func flowNumbers() async throws -> Set<Int> {
        let flows = try await get("/debug/flows").json["flows"]?.array ?? []
        return Set(flows.compactMap { $0.object?["id"]?.number?.intValue })
    }
}

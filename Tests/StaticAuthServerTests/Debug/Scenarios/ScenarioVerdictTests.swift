import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Synchronization
import Testing
import TestSupport

@Suite("Verdicts on clients that meet scenarios and faults")
struct ScenarioVerdictTests {
    /// The scenario that takes longer than a test should.
    private static let late = "token-slow"

    @Test(
        "No scenario is charged to a client that does the best it can",
        arguments: Scenario.all.map(\.name).filter { $0 != late })
    func careful(name: String) async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.scenario = name }, now: clock.now) { client, _ in
            let redirectURI = "http://localhost:\(name == "redirect-strict" ? 3999 : 3031)/callback"
            var careful = CarefulClient(client, clock, redirectURI: redirectURI)
            let reason = await careful.live()
            try await client.expectNoBlame(name)
            clock.advance(by: .seconds(6))
            try await client.expectNoBlame(name)
            guard reason != nil else { return }
            // The page says which scenario stopped the client.
            let flows = try await client.get("/debug/flows").json["flows"]?.array?.compactMap(\.object) ?? []
            let last = try #require(flows.last)
            let words = [last["silence"]?.object?["text"]?.string, last["first_problem"]?.object?["cause"]?.string]
            #expect(words.contains { $0?.contains("'\(name)'") ?? false } || name == "access-denied", "\(last)")
        }
    }

    @Test("A client that gives up waiting for an answer is not charged with that")
    func givesUp() async throws {
        try await withTestServer({ $0.scenario = Self.late }) { client, _ in
            let flow = try await Flow(client, ["resource": client.origin + "/mcp"]).logIn()
            let form = TestClient.encode([
                ("grant_type", "authorization_code"), ("code", flow.code), ("code_verifier", Flow.verifier),
                ("redirect_uri", "http://localhost:3031/callback"), ("resource", client.origin + "/mcp"),
                ("client_id", flow.credentials.0), ("client_secret", flow.credentials.1),
            ])
            let fields = [("Content-Type", "application/x-www-form-urlencoded")]
            do {
                let connection = try await RawConnection(port: client.port)
                await connection.send(client.head("POST", "/token", fields, form))
                connection.endBoth()
            }
            let isSeen = await eventually {
                let flow = try? await client.get("/debug/flows").json["flows"]?.array?.first?.object
                return flow?["first_problem"]?.object?["cause"]?.string?.contains("'token-slow'") ?? false
            }
            #expect(isSeen)
            try await client.expectNoBlame("token-slow")
        }
    }

    @Test(
        "No switch of scenarios is charged to a client that does what it was told before",
        arguments: Scenario.all.map(\.name).filter { $0 != late }, [true, false])
    func switched(name: String, isOn: Bool) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            for moment in CarefulClient.Moment.allCases {
                try await client.play(scenario: isOn ? nil : name)
                _ = try await client.send("DELETE", "/debug/requests")
                var careful = CarefulClient(client, clock)
                let isFirst = Once()
                careful.reaches = { reached in
                    guard reached == moment, isFirst.take() else { return }
                    try await client.play(scenario: isOn ? name : nil)
                }
                let reason = await careful.live()
                let words = "\(name) \(isOn ? "on" : "off") at \(moment): \(reason ?? "it went on")"
                try await client.expectNoBlame(words)
                clock.advance(by: .seconds(6))
                try await client.expectNoBlame(words)
            }
        }
    }

    /// Scenarios that tell clients something, or refuse something.
    private static let telling = [
        "auth-basic-only", "auth-none", "auth-methods-lie", "resource-slash", "resource-reject", "step-up",
        "as-path-suffix", "prm-missing",
    ]

    @Test("Nor is a switch from one scenario to another", arguments: telling)
    func replaced(name: String) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            for next in Self.telling where next != name {
                for moment in [CarefulClient.Moment.authorize, .redeem, .refresh] {
                    try await client.play(scenario: name)
                    _ = try await client.send("DELETE", "/debug/requests")
                    var careful = CarefulClient(client, clock)
                    let isFirst = Once()
                    careful.reaches = { reached in
                        guard reached == moment, isFirst.take() else { return }
                        try await client.play(scenario: next)
                    }
                    let reason = await careful.live()
                    try await client.expectNoBlame(
                        "\(name), then \(next) at \(moment): \(reason ?? "it went on")")
                }
            }
        }
    }

    @Test("A client that is told anew after a switch, or was never told, is charged with what it sends")
    func toldAnew() async throws {
        for isRead in [true, false] {
            try await withTestServer { server, _ in
                let client = LedClient(server)
                try await server.play(scenario: "auth-none")
                try await (isRead ? client : LedClient(server, agent: "other/1")).discover()
                try await server.play(scenario: nil)
                let code = try await client.authorize(1).logIn().code
                let noSecret: [String: String?] = ["client_secret": nil]
                let form = client.form(1, code: code).merging(noSecret) { $1 }
                if isRead {
                    let refused = try await client.tokens.token(form, expecting: 401).answer
                    let hint = refused.json["hint"]?.string ?? ""
                    #expect(hint.hasPrefix("It was right under the scenario 'auth-none', which has ended"), "\(hint)")
                    #expect(try await server.failed() == [])
                    try await client.discover()
                } else {
                    try await client.discover()
                }
                _ = try await client.tokens.token(form, expecting: 401)
                #expect(try await server.failed() == ["auth-right"])
            }
        }
    }

    @Test("A client id that a scenario had accepted is charged to no client when the scenario has ended")
    func acceptedID() async throws {
        try await withTestServer { server, _ in
            let client = LedClient(server)
            let own: [String: String?] = ["client_id": "static-mcp-client-001-after-restart"]
            try await server.play(scenario: "client-gone")
            let code = try await client.authorize(1, own).logIn().code
            try await server.play(scenario: nil)
            _ = try await client.tokens.token(client.form(1, code: code).merging(own) { $1 }, expecting: 401)
            _ = try await client.authorize(2, own)
            #expect(try await server.failed() == [])
        }
    }

    @Test(
        "A step-up that is refused because its scenario has ended is corrected by the next login",
        arguments: [true, false])
    func endedStepUp(isChallenged: Bool) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { server, _ in
            let client = LedClient(server)
            try await server.play(scenario: "step-up")
            try await client.challenge()
            try await client.discover()
            let first = try await client.logIn(1)
            #expect(try await client.call(token: first.accessToken).status == 403)
            try await server.play(scenario: nil)
            _ = try await client.authorize(2, scope: "user elevated")
            if isChallenged {
                try await client.challenge()
                try await client.discover()
            }
            let second = try await client.logIn(3)
            #expect(try await client.call(token: second.accessToken).status == 200)
            clock.advance(by: .seconds(6))
            try await server.expectNoBlame("ended step-up")
            let flows = try await server.get("/debug/flows").json["flows"]?.array?.compactMap(\.object) ?? []
            let states = flows.compactMap { $0["status"]?.string }
            #expect(states.count == 3 && Set(states).isSubset(of: ["fine", "recovered"]), "\(states)")
        }
    }

    private static let faults: [JSONObject] =
        ["html-500", "html-200", "empty-200", "array-200", "token-200-error", "too-many-requests", "redirect-loop"]
        .map { ["preset": $0] } + ["truncated-json", "invalid-utf8", "wrong-content-type"].map { ["preset": $0] }
        + [400, 401, 403, 404, 500, 503].map { ["status": $0] } + ["before-headers", "mid-body"].map { ["drop": $0] }
        + [["delay_ms": 10]]

    private static let places: [(endpoint: String, match: JSONObject?)] = [
        ("resource-metadata", nil), ("metadata", nil), ("authorize", nil), ("login", nil),
        ("token", ["grant_type": "authorization_code"]), ("token", ["grant_type": "refresh_token"]),
        ("mcp", ["jsonrpc_method": "initialize", "bearer": false]),
        ("mcp", ["jsonrpc_method": "initialize", "bearer": true]), ("mcp", ["jsonrpc_method": "server/discover"]),
        ("mcp", ["jsonrpc_method": "notifications/initialized"]), ("mcp", ["jsonrpc_method": "tools/call"]),
        ("mcp", ["method": "DELETE"]),
    ]

    @Test("No fault is charged to a client that does the best it can", arguments: faults)
    func careful(fault: JSONObject) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            for (endpoint, match) in Self.places {
                _ = try await client.debug("/reset")
                var document: JSONObject = ["endpoint": .string(endpoint), "fault": .object(fault)]
                document["match"] = match.map { .object($0) }
                #expect(try await client.debug("/faults", document).status == 201)
                var careful = CarefulClient(client, clock)
                let reason = await careful.live()
                let name = "\(endpoint) \(match.map { "\($0)" } ?? "") \(fault): \(reason ?? "it went on")"
                try await client.expectNoBlame(name)
                clock.advance(by: .seconds(6))
                try await client.expectNoBlame(name)
            }
        }
    }

    @Test("No fault of /mcp is charged to a client that does the best it can")
    func carefulAtMCP() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            for fault in ["jsonrpc-error", "401-once", "403-always", "session-lost"] {
                for times in [1, 2] {
                    _ = try await client.debug("/reset")
                    let document: JSONObject = ["times": JSONValue(times), "fault": ["mcp": .string(fault)]]
                    #expect(try await client.debug("/faults", document).status == 201)
                    var careful = CarefulClient(client, clock)
                    let reason = await careful.live()
                    try await client.expectNoBlame("\(fault) \(times): \(reason ?? "")")
                }
            }
        }
    }

    @Test(
        "A client that reads a damaged answer all the same has recovered",
        arguments: ["wrong-content-type", "invalid-utf8"])
    func damagedAndUsed(preset: String) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            for match: JSONObject in [["grant_type": "authorization_code"], ["grant_type": "refresh_token"]] {
                _ = try await client.debug("/reset")
                let document: JSONObject = [
                    "endpoint": "token", "match": .object(match), "fault": ["preset": .string(preset)],
                ]
                #expect(try await client.debug("/faults", document).status == 201)
                var careful = CarefulClient(client, clock)
                #expect(await careful.live() == nil)
                let flow = try await client.get("/debug/flows").json["flows"]?.array?.first?.object ?? [:]
                #expect(flow["status"]?.string == "recovered")
                let correction = flow["recovered"]?.array?.first?.object?["corrected_by"]?.object
                #expect(correction?["how"]?.string == "used-answer")
            }
        }
    }
}

/// True for the first to ask.
private final class Once: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool { isTaken.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged }
}

extension TestClient {
    /// Expects that no rule is broken or noted, and that no flow is broken.
    fileprivate func expectNoBlame(_ name: String) async throws {
        let report = try await get("/debug/report")
        #expect(report.verdicts("FAIL") == [] && report.verdicts("NOTE") == [], "\(name)")
        for flow in try await get("/debug/flows").json["flows"]?.array?.compactMap(\.object) ?? [] {
            #expect(flow["status"]?.string != "broken", "\(name) \(flow["first_problem"] ?? .null)")
        }
    }
}

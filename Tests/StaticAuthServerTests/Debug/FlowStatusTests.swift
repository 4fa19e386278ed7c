import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("The status of a flow")
struct FlowStatusTests {
    @Test(
        "A rule that a client broke stands on the step and in the flow, as in the report",
        arguments: SmallClient.Fault.allCases)
    func brokenRules(fault: SmallClient.Fault) async throws {
        try await withServer { client, clock in
            try await SmallClient(client, clock, fault).live()
            let report = try await client.get("/debug/report")
            let reported = Set(
                report.verdicts("FAIL").flatMap { id in
                    report.rule(id)?["problems"]?.array?.compactMap {
                        "\(id) \($0.object?["entry"]?.number?.text ?? "")"
                    } ?? []
                })
            var (inFlows, onSteps): (Set<String>, Set<String>) = ([], [])
            for flow in try await client.allFlows() {
                inFlows.formUnion(flow.broken.map(\.text))
                for step in flow["steps"]?.array?.compactMap(\.object) ?? [] {
                    onSteps.formUnion(step.broken.map(\.text))
                    for rule in step.broken { #expect(step.covers(rule.entry), "\(rule)") }
                }
                #expect(
                    (flow["status"]?.string == "broken") == !(flow.broken.isEmpty && flow["first_problem"] == .null))
            }
            #expect(inFlows == reported && onSteps == reported)
            #expect(reported.contains { $0.hasPrefix("\(fault.rawValue) ") })
        }
    }

    @Test("A correct client's flows are fine, or recovered where the server had refused something")
    func good() async throws {
        try await withServer { client, clock in
            try await SmallClient(client, clock).live()
            for flow in try await client.allFlows() {
                #expect(flow.broken.isEmpty && flow["first_problem"] == .null)
                #expect(["fine", "recovered", "open"].contains(flow["status"]?.string ?? ""))
            }
            #expect(try await client.flow(1).recovered == ["insufficient-scope: later-scope", "session-lost: session"])
            #expect(try await client.flow(1)["status"]?.string == "recovered")
        }
    }

    @Test("A flow without problems is fine, and one that has only begun is open until the client counts as silent")
    func fine() async throws {
        try await withServer { client, clock in
            _ = try await client.callEcho("hi", token: nil)
            #expect(try await client.flow(1)["status"]?.string == "open")
            clock.advance(by: .seconds(6))
            #expect(try await client.flow(1)["status"]?.string == "silent")
            let login = try await client.readMetadata().resourceFlow().logIn()
            #expect(try await client.flow(1)["status"]?.string == "open")
            let tokens = try await login.redeem(["resource": client.origin + "/mcp"])
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            clock.advance(by: .seconds(60))
            let flow = try await client.flow(1)
            #expect(flow["status"]?.string == "fine")
            #expect(flow["first_problem"] == .null && flow["recovered"] == [] && flow["broken_rules"] == [])
        }
    }

    @Test("A refresh after an expiry and a retry after a fault are corrections, and the fault is named")
    func recovered() async throws {
        try await withServer { client, clock in
            let login = try await client.resourceFlow().logIn()
            let tokens = try await login.redeem(["resource": client.origin + "/mcp"])
            clock.advance(by: .seconds(3601))
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            #expect(try await client.flow(1)["status"]?.string == "open")
            let fault: JSONObject = ["endpoint": "token", "fault": ["status": 503]]
            #expect(try await client.debug("/faults", fault).status == 201)
            let resource: [String: String?] = ["resource": client.origin + "/mcp"]
            let refresh: [String: String?] = ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken]
            _ = try await login.attempt(refresh.merging(resource) { $1 })
            let broken = try await client.flow(1)
            #expect(broken["status"]?.string == "open")
            #expect(broken["first_problem"]?.object?["fault"]?.string == "fault 1: status 503")
            #expect(broken["first_problem"]?.object?["cause"]?.string == "fault 1: status 503")
            let next = try await login.refresh(tokens.refreshToken, resource)
            _ = try await client.callEcho("hi", token: next.accessToken)
            let flow = try await client.flow(1)
            #expect(flow["status"]?.string == "recovered")
            #expect(flow["first_problem"] == .null)
            #expect(flow.recovered == ["refused-token: refresh", "refresh: same-request"])
            let corrections = flow["recovered"]?.array?.compactMap(\.object) ?? []
            #expect(corrections.last?["fault"]?.string == "fault 1: status 503")
            let correction = corrections.first?["corrected_by"]?.object
            #expect(correction?["entry"]?.number?.intValue == 5)
            #expect(correction?["text"]?.string == "The client refreshed its token in request 5.")
            #expect(flow["steps"]?.array?[2].object?["corrected"]?.object == correction)
            let diagram = try await client.get("/debug/flows/1?format=markdown").body
            #expect(diagram.contains("Status: recovered."))
            #expect(diagram.contains("    Note over C,M: Corrected: The client refreshed its token in request 5.\n"))
            #expect(
                diagram.contains(
                    #"- Request 4, POST /token, refresh\_token: 503 Service Unavailable (on purpose: fault 1: status 503)."#
                ))
        }
    }

    @Test("A request that broke a rule and was sent again rightly is corrected, and the rule stays broken")
    func brokenAndCorrected() async throws {
        try await withServer { client, _ in
            let login = try await client.resourceFlow().logIn()
            let tokens = try await login.redeem(["resource": client.origin + "/mcp"])
            var (fields, body) = TestClient.modernRequest("tools/list", token: tokens.accessToken)
            let right = fields
            fields.removeAll { $0.0 == "Accept" }
            #expect(try await client.send("POST", "/mcp", fields, body: body).status == 406)
            #expect(try await client.flow(1)["first_problem"]?.object?["entry"]?.number?.intValue == 3)
            _ = try await client.send("POST", "/mcp", right, body: body)
            let flow = try await client.flow(1)
            #expect(flow["first_problem"] == .null)
            #expect(flow.recovered == ["request: same-request"])
            #expect(flow["status"]?.string == "broken")
            let rule = flow["broken_rules"]?.array?.first?.object
            #expect(rule?["rule"]?.string == "accept" && rule?["entry"]?.number?.intValue == 3)
            #expect(rule?["reference"]?.string == "MCP Streamable HTTP" && rule?["level"]?.string == "MUST")
            let diagram = try await client.get("/debug/flows/1?format=markdown").body
            #expect(diagram.contains("    Note over C,M: Request 3 breaks accept (MCP Streamable HTTP): Accept lacks"))
            #expect(diagram.contains("**Broken rules:**\n\n- Request 3 breaks accept (MCP Streamable HTTP): Accept"))
        }
    }

    @Test("What /debug ended is said to have been ended by it, and is no mistake of the client")
    func interventions() async throws {
        try await withServer { client, _ in
            let login = try await client.resourceFlow().logIn()
            let tokens = try await login.redeem(["resource": client.origin + "/mcp"])
            let session = try await client.openSession(token: tokens.accessToken)
            let version = [("MCP-Protocol-Version", "2025-11-25")]
            _ = try await client.legacy(
                "notifications/initialized", id: nil, session: session, token: tokens.accessToken, version)
            _ = try await client.debug("/sessions/drop", ["all": true])
            _ = try await client.legacy("ping", session: session, token: tokens.accessToken, version)
            _ = try await client.debug("/tokens/expire", ["all": true])
            _ = try await client.legacy("initialize", token: tokens.accessToken)
            let flow = try await client.flow(1)
            #expect(flow.steps("intervention").suffix(2) == ["POST /debug/sessions/drop", "POST /debug/tokens/expire"])
            #expect(flow.steps("verdict").suffix(2) == ["expected", "expected"])
            #expect(flow["first_problem"] == .null && flow["status"]?.string == "open")
            let diagram = try await client.get("/debug/flows/1?format=markdown").body
            #expect(diagram.contains("    Note over M: After POST /debug/tokens/expire\n"))
            let next = try await login.refresh(tokens.refreshToken, ["resource": client.origin + "/mcp"])
            _ = try await client.openSession(token: next.accessToken)
            let recovered = try await client.flow(1)
            #expect(recovered.recovered == ["session-lost: session", "refused-token: refresh"])
            let first = recovered["recovered"]?.array?.first?.object
            #expect(first?["intervention"]?.string == "POST /debug/sessions/drop")
        }
    }

    @Test("Listeners are sent a status that changes with time, and a flow whose problem another flow corrects")
    func events() async throws {
        try await withServer { client, clock in
            let tokens = try await client.resourceFlow().logIn().redeem(["resource": client.origin + "/mcp"])
            _ = try await client.callEcho("hi", token: tokens.accessToken)
            _ = try await client.modern(
                "tools/call", ["name": "get_time", "arguments": [:]], token: tokens.accessToken)
            let stream = try await EventReader(client, "GET", "/debug/events", [])
            #expect(await stream.status("open", "flow")?.recovered == [])
            clock.advance(by: .seconds(6))
            #expect(await stream.status("silent", "silence")?["text"]?.string?.hasPrefix("The client was told") == true)
            let verifier = String(repeating: "v", count: 43)
            let parameters = [
                "code_challenge": Base64.url.encode(Digest(of: verifier).bytes), "state": "s2", "scope": "user more",
                "resource": client.origin + "/mcp",
            ]
            let second = try await Flow(client, parameters).logIn()
            let resource = client.origin + "/mcp"
            let more = try await second.redeem(["code_verifier": verifier, "resource": resource])
            _ = try await client.callEcho("hi", token: more.accessToken)
            let recovered = await stream.status("recovered", "flow")
            #expect(recovered?.recovered == ["insufficient-scope: later-scope"])
        }
    }

    private func withServer(_ body: (TestClient, FixedClock) async throws -> Void) async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.requireScope = ["get_time": "more"] }, now: clock.now) { client, _ in
            try await body(client, clock)
        }
    }
}

extension EventReader {
    /// The next event with a name that says that flow 1 has a status.
    fileprivate func status(_ status: String, _ name: String) async -> JSONObject? {
        while let event = await nextMessage() {
            let json = event.json
            if event.value("event") == name, json["id"]?.number?.intValue == 1, json["status"]?.string == status {
                return json
            }
        }
        return nil
    }
}

extension TestClient {
    /// All flows with their steps.
    fileprivate func allFlows() async throws -> [JSONObject] {
        var flows: [JSONObject] = []
        for each in try await get("/debug/flows").json["flows"]?.array ?? [] {
            flows.append(try await flow(each.object?["id"]?.number?.intValue ?? 0))
        }
        return flows
    }

    /// Reads both documents of metadata.
    fileprivate func readMetadata() async throws -> TestClient {
        _ = try await get("/.well-known/oauth-protected-resource/mcp")
        _ = try await get("/.well-known/oauth-authorization-server")
        return self
    }

    /// A flow that asks for the resource and the scope that a correct client asks for.
    fileprivate func resourceFlow() -> Flow { Flow(self, ["resource": origin + "/mcp", "scope": "user"]) }
}

extension JSONObject {
    /// A rule and the request that broke it.
    fileprivate struct Broken {
        let id: String
        let entry: Int

        var text: String { "\(id) \(entry)" }
    }

    fileprivate var broken: [Broken] {
        self["broken_rules"]?.array?.compactMap(\.object).map {
            Broken(id: $0["rule"]?.string ?? "", entry: $0["entry"]?.number?.intValue ?? 0)
        } ?? []
    }

    /// The problem and the remedy of each correction.
    fileprivate var recovered: [String] {
        self["recovered"]?.array?.compactMap(\.object).map {
            "\($0["problem"]?.string ?? ""): \($0["corrected_by"]?.object?["how"]?.string ?? "")"
        } ?? []
    }

    /// Whether a request is one of this step's.
    fileprivate func covers(_ entry: Int) -> Bool {
        let first = self["entry"]?.number?.intValue ?? 0
        return first <= entry && entry <= (self["last_entry"]?.number?.intValue ?? first)
    }
}

import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// A client that does the wrong thing in a scenario, and the rule that it breaks.
struct ScenarioMistake: Sendable, CustomTestStringConvertible {
    let scenario: String
    let rule: String
    let client: @Sendable (TestClient) async throws -> Void

    init(_ scenario: String, _ rule: String, _ client: @escaping @Sendable (TestClient) async throws -> Void) {
        (self.scenario, self.rule, self.client) = (scenario, rule, client)
    }

    var testDescription: String { "\(scenario): \(rule)" }
}

@Suite("Clients that do the wrong thing in a scenario")
struct ScenarioBlameTests {
    private static let redeemed: @Sendable (TestClient) async throws -> Void = { client in
        _ = try await client.prepared().attempt(times: 1)
    }
    private static let redeemedAgain: @Sendable (TestClient) async throws -> Void = { client in
        _ = try await client.prepared().attempt(times: 3)
    }
    private static let mistakes: [ScenarioMistake] = [
        ScenarioMistake("iss-wrong", "iss-checked", redeemed),
        ScenarioMistake("iss-missing", "iss-checked", redeemed),
        ScenarioMistake("iss-normalized", "iss-checked", redeemed),
        ScenarioMistake("issuer-slash", "iss-checked", redeemed),
        ScenarioMistake("issuer-mismatch", "iss-checked", redeemed),
        ScenarioMistake("state-drop", "state-checked", redeemed),
        ScenarioMistake("code-expired", "code-once", redeemedAgain),
        ScenarioMistake("code-replay", "code-once", redeemedAgain),
        ScenarioMistake("auth-basic-only", "auth-right", redeemed),
        ScenarioMistake("auth-none", "auth-right", redeemed),
        ScenarioMistake("auth-post-only", "auth-right") { client in
            try await client.prepared().attemptWithHeader(times: 1)
        },
        ScenarioMistake("auth-methods-lie", "auth-right") { client in
            try await client.prepared().attemptWithHeader(times: 5)
        },
        ScenarioMistake("auth-methods-lie", "auth-right") { client in
            let flow = try await client.prepared()
            _ = try await flow.attempt(["client_secret": "wrong"].merging(flow.form) { $1 })
        },
        ScenarioMistake("client-gone", "auth-right") { client in
            for _ in 0..<5 {
                _ = try await Flow(client).attempt([
                    "grant_type": "refresh_token", "refresh_token": "old", "resource": client.origin + "/mcp",
                ])
            }
        },
        ScenarioMistake("client-gone", "known-client") { client in
            _ = try await client.get(client.flow(["client_id": "another"]).target)
        },
        ScenarioMistake("redirect-strict", "registered-redirect") { client in
            _ = try await client.get(client.flow(["redirect_uri": "https://elsewhere.example/callback"]).target)
        },
        ScenarioMistake("refresh-invalid-grant", "refresh-no-loop") { try await $0.refreshing(times: 5) },
        ScenarioMistake("refresh-wrong-code", "refresh-no-loop") { try await $0.refreshing(times: 5) },
        ScenarioMistake("refresh-rotate-strict", "refresh-newest") { try await $0.refreshing(times: 2) },
        ScenarioMistake("resource-required", "resource-authorize") { client in
            _ = try await client.get(client.flow(["resource": nil]).target)
        },
        ScenarioMistake("resource-reject", "resource-authorize") { client in
            _ = try await client.get(client.flow(["resource": nil]).target)
        },
        ScenarioMistake("resource-slash", "resource-authorize") { _ = try await $0.get($0.flow().target) },
        ScenarioMistake("403-always", "no-retry-storm") { try await $0.calling(times: 6) },
        ScenarioMistake("step-up-loop", "no-retry-storm") { client in
            var scope = "user"
            for number in 1...6 {
                let tokens = try await client.prepared(number, ["scope": scope]).redeemed(number)
                _ = try await client.callEcho("hi", token: tokens?.accessToken)
                scope = "user elevated"
            }
        },
    ]

    @Test("What a client does wrong is charged to it, whatever the scenario does", arguments: mistakes)
    func mistake(_ mistake: ScenarioMistake) async throws {
        try await withTestServer({ $0.scenario = mistake.scenario }) { client, _ in
            try await mistake.client(client)
            #expect(try await client.get("/debug/report").verdicts("FAIL").contains(mistake.rule))
            let flows = try await client.get("/debug/flows").json["flows"]?.array?.compactMap(\.object) ?? []
            #expect(flows.contains { $0["status"]?.string == "broken" })
        }
    }

    @Test("A client that refuses a spoiled response passes its rule, which no right response can show")
    func refused() async throws {
        for (scenario, rule) in [("iss-wrong", "iss-checked"), ("state-drop", "state-checked")] {
            try await withTestServer { client, _ in
                _ = try await client.prepared().attempt(times: 1)
                #expect(try await client.get("/debug/report").verdicts("NOT SEEN").contains(rule))
                _ = try await client.debug("/scenario", ["name": .string(scenario)], method: "PUT")
                _ = try await client.prepared(2)
                #expect(try await client.get("/debug/report").verdicts("PASS").contains(rule))
            }
        }
    }

    @Test("A scope that a client is told of and does not ask for is a problem of its flow", arguments: [true, false])
    func leftScope(ends: Bool) async throws {
        try await withTestServer({ $0.requireScope = ["get_time": "more"] }) { client, _ in
            let token = try await client.prepared().attempt(times: 1).accessToken
            let call: JSONObject = ["name": "get_time", "arguments": [:]]
            let session = try await client.openSession(token: token)
            let version = [("MCP-Protocol-Version", "2025-11-25")]
            _ = try await client.legacy("tools/call", call, session: session, token: token, version)
            #expect(try await client.flow(1)["first_problem"] == .null)
            if ends {
                let fields = TestClient.fields(token: token) + [("Mcp-Session-Id", session)] + version
                _ = try await client.send("DELETE", "/mcp", fields)
            } else {
                _ = try await client.callEcho("hi", token: token)
            }
            let flow = try await client.flow(1)
            #expect(flow["status"]?.string == "broken")
            #expect(flow["first_problem"]?.object?["outcome"]?.string == "403: needs the scope user more")
            #expect(flow["first_problem"]?.object?["verdict"]?.string == "wrong")
        }
    }

    @Test("A client that asks for the scope later, after other calls, or whose person denies it, has no problem")
    func laterScope() async throws {
        for denies in [true, false] {
            try await withTestServer({ $0.requireScope = ["get_time": "more"] }) { client, _ in
                let token = try await client.prepared().attempt(times: 1).accessToken
                _ = try await client.modern("tools/call", ["name": "get_time", "arguments": [:]], token: token)
                _ = try await client.callEcho("hi", token: token)
                _ = try await client.get("/.well-known/oauth-authorization-server")
                let next = client.flow(["scope": "user more", "state": "state-2", "code_challenge": ownChallenge(2)])
                _ = try await client.get(next.target)
                if denies {
                    _ = try await next.submitLogin(action: "deny")
                } else {
                    let again = try await next.logIn()
                    _ = try await again.attempt(again.form.merging(["code_verifier": ownVerifier(2)]) { $1 })
                }
                let flow = try await client.flow(1)
                #expect(flow["status"]?.string == "recovered", "\(flow)")
            }
        }
    }

    @Test("A scenario that refuses in the place of the server says so")
    func honest() async throws {
        for name in ["code-replay", "token-200-error"] {
            try await withTestServer({ $0.scenario = name }) { client, _ in
                let answer = try await client.prepared().attempt(times: 1).answer
                #expect(answer.json["error_description"]?.string?.hasPrefix("The scenario '\(name)' ") ?? false)
                let step = try await client.flow(1)["first_problem"]?.object ?? [:]
                #expect(step["cause"]?.string?.hasPrefix("the scenario '\(name)': ") ?? false)
            }
        }
        try await withTestServer({ $0.scenario = "access-denied" }) { client, _ in
            _ = try await client.flow().submitLogin()
            #expect(try await client.flow(1).steps("outcome").last?.contains("the scenario 'access-denied'") ?? false)
        }
    }
}

private func ownVerifier(_ number: Int) -> String { String(repeating: "\(number)", count: 43) }

private func ownChallenge(_ number: Int) -> String { Base64.url.encode(Digest(of: ownVerifier(number)).bytes) }

extension TestClient {
    /// A correct authorization, with changes.
    fileprivate func flow(_ changes: [String: String?] = [:]) -> Flow {
        Flow(self, ["resource": origin + "/mcp", "scope": "user"].merging(changes) { $1 })
    }

    /// Reads the metadata, and logs in.
    fileprivate func prepared(_ number: Int = 1, _ changes: [String: String?] = [:]) async throws -> Flow {
        _ = try await get("/.well-known/oauth-protected-resource/mcp")
        _ = try await get("/.well-known/oauth-authorization-server")
        let own = number == 1 ? [:] : ["state": "state-\(number)", "code_challenge": ownChallenge(number)]
        return try await flow(changes.merging(own) { $1 }).logIn()
    }

    fileprivate func refreshing(times: Int) async throws {
        let flow = try await prepared()
        let token = try await flow.attempt(times: 1).refreshToken
        for _ in 0..<times {
            _ = try await flow.attempt([
                "grant_type": "refresh_token", "refresh_token": token, "resource": origin + "/mcp",
            ])
        }
    }

    fileprivate func calling(times: Int) async throws {
        let token = try await prepared().attempt(times: 1).accessToken
        for _ in 0..<times { _ = try await callEcho("hi", token: token) }
    }
}

extension Flow {
    /// The form that redeems the code.
    fileprivate var form: [String: String?] {
        [
            "grant_type": "authorization_code", "code": code, "code_verifier": Self.verifier,
            "redirect_uri": "http://localhost:3031/callback", "resource": client.origin + "/mcp",
        ]
    }

    /// Redeems the code several times.
    fileprivate func attempt(times: Int) async throws -> Tokens {
        for _ in 1..<times { _ = try await attempt(form) }
        return try await attempt(form)
    }

    /// Redeems the code several times, with the client's credentials in a header.
    fileprivate func attemptWithHeader(times: Int) async throws {
        let pair = Base64.standard.encode(Array("\(credentials.0):\(credentials.1)".utf8))
        let pairs = form.compactMap { name, value in value.map { (name, $0) } }
        for _ in 0..<times { _ = try await client.post("/token", form: pairs, [("Authorization", "Basic \(pair)")]) }
    }

    /// Redeems the code of an authorization with its own verifier.
    fileprivate func redeemed(_ number: Int) async throws -> Tokens? {
        try await attempt(form.merging(number == 1 ? [:] : ["code_verifier": ownVerifier(number)]) { $1 })
    }
}

import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Going on in vain")
struct LoopTests {
    /// Something that a client does again and again, each time for nothing.
    enum Loop: String, CaseIterable {
        case streamOfDeadSession = "session-again"
        case refresh = "no-retry-storm, refresh"
        case credentials = "no-retry-storm, credentials"
        case initialize = "session-again, initialize"
        case login = "no-retry-storm, login"
        case stepUp = "no-retry-storm, step-up"
        case refusedLogin = "no-retry-storm, refused login"
        case code = "code-once"

        var rule: String { String(rawValue.prefix { $0 != "," }) }
    }

    @Test(
        "Each loop is found, as fast as possible and slow, and a correct client beside it stays clean",
        arguments: Loop.allCases, [Duration.zero, .milliseconds(300)])
    func loops(loop: Loop, pause: Duration) async throws {
        try await withReportServer { client, clock in
            let before = try await Looping(client, "sloppy/1").prepare(loop)
            try await before.run(loop, times: 8, pause: pause)
            _ = try await client.debug("/scenario", nil, method: "DELETE")
            _ = try await client.debug("/faults", nil, method: "DELETE")
            try await SmallClient(client, clock, agent: "careful/1", letter: "c").live()
            let report = try await client.get("/debug/report?client=sloppy")
            #expect(report.verdicts("FAIL") == [loop.rule])
            #expect(try await client.get("/debug/report?client=careful").verdicts("FAIL") == [])
        }
    }

    @Test("Once and twice the right next step is none", arguments: Loop.allCases.filter { $0 != .code })
    func twice(loop: Loop) async throws {
        try await withReportServer { client, _ in
            try await Looping(client, "patient/1").prepare(loop).run(loop, times: 2, pause: .zero)
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("Several runs of a client, with or without a login, do not add up")
    func runs() async throws {
        try await withReportServer { client, clock in
            for _ in 0..<6 {
                _ = try await client.callEcho("who am I", token: nil)
                _ = try await client.get("/.well-known/oauth-protected-resource/mcp")
                _ = try await client.get("/.well-known/oauth-authorization-server")
            }
            for letter in ["a", "b", "c", "d", "e"] { try await SmallClient(client, clock, letter: letter).live() }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("A client that asks without its token first, in each run, is no storm")
    func storedToken() async throws {
        try await withTestServer { client, _ in
            let tokens = try await Flow(client, ["resource": client.origin + "/mcp"]).logIn().redeem()
            for _ in 0..<8 {
                _ = try await client.callEcho("who am I", token: nil)
                _ = try await client.callEcho("hi", token: tokens.accessToken)
            }
            #expect(!(try await client.get("/debug/report").verdicts("FAIL").contains("no-retry-storm")))
        }
    }

    @Test("A client that reads metadata before it is challenged may run as often as it likes")
    func metadataFirst() async throws {
        try await withTestServer { client, _ in
            for number in 0..<6 {
                _ = try await client.get("/.well-known/oauth-protected-resource/mcp")
                _ = try await client.get("/.well-known/oauth-authorization-server")
                _ = try await client.callEcho("who am I", token: nil)
                let verifier = String(repeating: "\(number)", count: 43)
                let resource: [String: String?] = ["resource": client.origin + "/mcp"]
                let flow = Flow(
                    client,
                    resource.merging([
                        "state": "s\(number)", "code_challenge": Base64.url.encode(Digest(of: verifier).bytes),
                        "scope": "user",
                    ]) { $1 })
                _ = try await client.get(flow.target)
                let tokens = try await flow.logIn().redeem(resource.merging(["code_verifier": verifier]) { $1 })
                _ = try await client.callEcho("hi", token: tokens.accessToken)
            }
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }
}

/// A client that does one thing again and again.
private struct Looping {
    private var client: TestClient
    private var tokens: Flow.Tokens?
    private var session = ""
    private var code = ""
    private let resource: [String: String?]

    init(_ client: TestClient, _ agent: String) {
        self.client = client
        self.client.agent = agent
        resource = ["resource": client.origin + "/mcp"]
    }

    func prepare(_ loop: LoopTests.Loop) async throws -> Looping {
        var ready = self
        if loop == .refusedLogin {
            _ = try await client.debug("/scenario", ["name": "access-denied"], method: "PUT")
            _ = try await client.callEcho("who am I", token: nil)
            _ = try await client.get("/.well-known/oauth-protected-resource/mcp")
            _ = try await client.get("/.well-known/oauth-authorization-server")
            return ready
        }
        if loop == .code {
            _ = try await client.debug("/scenario", ["name": "code-expired"], method: "PUT")
            ready.code = try await logIn(0).code
            return ready
        }
        ready.tokens = try await redeem(logIn(0))
        _ = try await client.callEcho("hi", token: ready.tokens?.accessToken)
        switch loop {
        case .refresh, .credentials, .login:
            _ = try await client.debug("/faults", ["fault": ["mcp": "401-once"], "times": "always"])
        case .streamOfDeadSession, .initialize:
            ready.session = try await client.openSession(token: ready.tokens?.accessToken)
            _ = try await client.debug("/sessions/drop", ["all": true])
        case .stepUp: _ = try await client.debug("/scenario", ["name": "step-up-loop"], method: "PUT")
        case .refusedLogin, .code: break
        }
        return ready
    }

    func run(_ loop: LoopTests.Loop, times: Int, pause: Duration) async throws {
        var (tokens, session) = (tokens, session)
        for number in 1...times {
            switch loop {
            case .streamOfDeadSession:
                _ = try await client.send(
                    "GET", "/mcp",
                    TestClient.fields(token: tokens?.accessToken) + [
                        ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"),
                    ])
            case .refresh:
                _ = try await client.callEcho("hi", token: tokens?.accessToken)
                tokens = try await Flow(client).refresh(tokens?.refreshToken, resource)
            case .credentials:
                _ = try await client.callEcho("hi", token: tokens?.accessToken)
                tokens = try await Flow(client).token(["grant_type": "client_credentials"])
            case .login:
                _ = try await client.callEcho("hi", token: tokens?.accessToken)
                tokens = try await redeem(logIn(number))
            case .initialize:
                _ = try await client.legacy(
                    "tools/list", session: session, token: tokens?.accessToken,
                    [("MCP-Protocol-Version", "2025-11-25")])
                session = try await client.openSession(token: tokens?.accessToken)
                _ = try await client.debug("/sessions/drop", ["all": true])
            case .stepUp:
                _ = try await client.callEcho("hi", token: tokens?.accessToken)
                tokens = try await redeem(logIn(number, scope: "user elevated"))
            case .refusedLogin:
                let flow = flow(number)
                _ = try await client.get(flow.target)
                _ = try await flow.submitLogin()
            case .code: _ = try await Flow(client).attempt(form(0).merging(["code": code]) { $1 })
            }
            try await Task.sleep(for: pause)
        }
    }

    // MARK: - Logins

    private func verifier(_ number: Int) -> String { String(repeating: "\(number)", count: 43) }

    private func flow(_ number: Int, scope: String = "user") -> Flow {
        var browser = client
        browser.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        return Flow(
            browser,
            resource.merging([
                "state": "s\(number)", "code_challenge": Base64.url.encode(Digest(of: verifier(number)).bytes),
                "scope": scope,
            ]) { $1 })
    }

    private func logIn(_ number: Int, scope: String = "user") async throws -> Flow {
        let flow = flow(number, scope: scope)
        _ = try await flow.client.get(flow.target)
        return try await flow.logIn()
    }

    private func form(_ number: Int) -> [String: String?] {
        resource.merging(["grant_type": "authorization_code", "code_verifier": verifier(number)]) { $1 }
    }

    private func redeem(_ flow: Flow) async throws -> Flow.Tokens {
        let state = flow.request.first { $0.0 == "state" }?.1.dropFirst() ?? ""
        return try await Flow(client).token(form(Int(state) ?? 0).merging(["code": flow.code]) { $1 })
    }
}

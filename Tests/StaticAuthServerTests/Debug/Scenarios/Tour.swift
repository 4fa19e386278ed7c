import MCPCore
import Primitives
import StaticAuthServer
import TestSupport

/// A tour of all requests that clients make, recorded so that two servers can be compared.
struct Tour {
    /// One request and its answer.
    struct Step: Equatable {
        let name: String
        /// The answer, a line for each of its parts; nil when the request needs something that the tour did not get.
        let lines: [String]?
    }

    private let client: TestClient
    private let clock: FixedClock
    private(set) var steps: [Step] = []

    /// Makes the tour on a new server, in a scenario or in none.
    static func through(_ scenario: String?) async throws -> [Step] {
        let clock = FixedClock()
        var steps: [Step] = []
        try await withTestServer({ $0.scenario = scenario }, now: clock.now) { client, _ in
            var tour = Tour(client: client, clock: clock)
            await tour.discover()
            await tour.authorize()
            steps = tour.steps
        }
        return steps
    }

    private init(client: TestClient, clock: FixedClock) {
        (self.client, self.clock) = (client, clock)
    }

    @discardableResult
    private mutating func step(
        _ name: String, _ request: () async throws -> TestClient.Answer?
    ) async -> TestClient.Answer? {
        do {
            let answer = try await request()
            steps.append(Step(name: name, lines: answer.map { AnswerLines.of($0, port: client.port) }))
            return answer
        } catch {
            steps.append(Step(name: name, lines: ["the connection ends without an answer"]))
            return nil
        }
    }

    // MARK: - Discovery

    private mutating func discover() async {
        let client = client
        let page = [("Origin", "http://localhost:5173")]
        await step("a call without a token") { try await client.callEcho("x", token: nil) }
        await step("a page's call without a token") {
            let (fields, body) = TestClient.modernRequest("tools/list", token: nil)
            return try await client.send("POST", "/mcp", fields + page, body: body)
        }
        await step("a page's preflight") {
            try await client.send("OPTIONS", "/token", page + [("Access-Control-Request-Method", "POST")])
        }
        for path in [
            "oauth-protected-resource/mcp", "oauth-protected-resource", "oauth-authorization-server",
            "oauth-authorization-server/mcp", "openid-configuration",
        ] {
            await step("GET /.well-known/\(path)") { try await client.get("/.well-known/\(path)") }
        }
        await step("a page reads the metadata") {
            try await client.get("/.well-known/oauth-authorization-server", page)
        }
        await step("register") { try await client.send("POST", "/register", body: "{}") }
    }

    // MARK: - Authorization

    private mutating func authorize() async {
        let client = client
        let resource = client.origin + "/mcp"
        await step("open /authorize") { try await client.get(Flow(client).target) }
        let first = await redeem("with the secret in the body", ["scope": "user", "resource": resource])
        let second = await redeem("with the secret in the header", [:], isBasic: true)
        _ = await redeem(
            "without a secret, from another port", ["redirect_uri": "http://localhost:3999/callback"],
            ["client_secret": nil])
        _ = await redeem("for the resource with a slash", ["resource": resource + "/"])
        let elevated = await redeem("for the further scope", ["scope": "user elevated"])
        let token = first?["access_token"]?.string
        await use(token)
        await step("a call with the further scope") {
            guard let token = elevated?["access_token"]?.string else { return nil }
            return try await client.callEcho("x", token: token)
        }
        let refreshed = await step("refresh for the further scope") {
            guard let token = elevated?["refresh_token"]?.string else { return nil }
            return try await client.post(
                "/token", form: [("grant_type", "refresh_token"), ("refresh_token", token)], [("Authorization", basic)])
        }
        await step("a call after that") {
            guard let token = refreshed?.json["access_token"]?.string else { return nil }
            return try await client.callEcho("x", token: token)
        }
        await refresh(second)
        clock.advance(by: .seconds(60))
        await step("a call a minute later") {
            guard let token else { return nil }
            return try await client.callEcho("x", token: token)
        }
        await step("introspect the token") {
            guard let token else { return nil }
            return try await client.post("/introspect", form: credentials + [("token", token)])
        }
        await step("revoke the token") {
            guard let token else { return nil }
            return try await client.post("/revoke", form: credentials + [("token", token)])
        }
        await step("a call with the revoked token") {
            guard let token else { return nil }
            return try await client.callEcho("x", token: token)
        }
    }

    /// Logs in and redeems the code; returns the token response.
    private mutating func redeem(
        _ how: String, _ request: [String: String?], _ changes: [String: String?] = [:], isBasic: Bool = false
    ) async -> JSONObject? {
        let client = client
        let flow = Flow(client, request)
        let login = await step("log in \(how)") {
            try await flow.submitLogin(isBasic ? [("Accept", "application/json")] : [])
        }
        let location = login?["Location"] ?? login?.json["redirect_to"]?.string ?? ""
        let answer = await step("redeem \(how)") {
            guard let code = Flow.parameters(of: location)["code"] else { return nil }
            var form: [String: String?] = [
                "grant_type": "authorization_code", "code": code, "code_verifier": Flow.verifier,
                "resource": request["resource"] ?? nil,
            ]
            if !isBasic {
                for (name, value) in credentials { form[name] = value }
            }
            form.merge(changes) { $1 }
            return try await client.post(
                "/token", form: form.compactMap { name, value in value.map { (name, $0) } }.sorted { $0.0 < $1.0 },
                isBasic ? [("Authorization", basic)] : [])
        }
        return answer?.json
    }

    private mutating func use(_ token: String?) async {
        let client = client
        await step("server/discover") {
            guard let token else { return nil }
            return try await client.modern("server/discover", token: token)
        }
        await step("tools/list") {
            guard let token else { return nil }
            return try await client.modern("tools/list", token: token)
        }
        await step("tools/call") {
            guard let token else { return nil }
            return try await client.callEcho("x", token: token)
        }
        let opened = await step("initialize") {
            guard let token else { return nil }
            return try await client.legacy(
                "initialize",
                [
                    "protocolVersion": "2025-11-25", "capabilities": [:],
                    "clientInfo": ["name": "tour", "version": "1"],
                ], token: token)
        }
        for name in ["tools/list in the session", "tools/call in the session", "tools/call in the session, again"] {
            await step(name) {
                guard let token, let session = opened?["Mcp-Session-Id"] else { return nil }
                let call: JSONObject = ["name": "echo", "arguments": ["message": "x"]]
                return name.hasPrefix("tools/list")
                    ? try await client.legacy("tools/list", session: session, token: token)
                    : try await client.legacy("tools/call", call, session: session, token: token)
            }
        }
    }

    private mutating func refresh(_ tokens: JSONObject?) async {
        let client = client
        func refresh(_ token: String?, _ more: [(String, String)] = []) async throws -> TestClient.Answer? {
            guard let token else { return nil }
            let form = [("grant_type", "refresh_token"), ("refresh_token", token)] + more
            return try await client.post("/token", form: form, [("Authorization", basic)])
        }
        let first = tokens?["refresh_token"]?.string
        let second = await step("refresh") { try await refresh(first) }?.json["refresh_token"]?.string
        let third = await step("refresh with a scope") { try await refresh(second, [("scope", "user")]) }
        await step("the second refresh token again") { try await refresh(second) }
        await step("the latest refresh token") { try await refresh(third?.json["refresh_token"]?.string) }
        clock.advance(by: .seconds(60))
        await step("the second refresh token, a minute later") { try await refresh(second) }
    }
}

private let credentials = [
    ("client_id", "static-mcp-client-001"), ("client_secret", "your-secret-key-change-this-in-production"),
]
private let basic =
    "Basic c3RhdGljLW1jcC1jbGllbnQtMDAxOnlvdXItc2VjcmV0LWtleS1jaGFuZ2UtdGhpcy1pbi1wcm9kdWN0aW9u"

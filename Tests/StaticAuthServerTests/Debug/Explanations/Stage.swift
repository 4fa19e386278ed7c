import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Synchronization
import TestSupport

@testable import ServerCommand

/// A server with secrets that are easy to find, and a client that makes mistakes.
struct Stage: Sendable {
    static let clientSecret = "canary-client-secret+%/7"
    static let password = "canary-password&7"
    static let clientID = "static-mcp-client-001"

    var client: TestClient
    let server: StaticAuthServer
    let clock: FixedClock
    let secrets = Secrets()

    /// The texts that must not appear anywhere.
    final class Secrets: Sendable {
        private let texts = Mutex([Stage.clientSecret, Stage.password, Flow.verifier])

        func add(_ texts: String?...) {
            self.texts.withLock { $0 += texts.compactMap { $0 }.filter { !$0.isEmpty } }
        }

        var all: [String] { texts.withLock { $0 } }
    }

    // MARK: The client's correct requests

    func flow(_ changes: [String: String?] = [:]) -> Flow {
        var flow = Flow(client, changes)
        flow.credentials = (Self.clientID, Self.clientSecret)
        return flow
    }

    func loggedIn(_ changes: [String: String?] = [:]) async throws -> Flow {
        let flow = try await flow(changes).logIn(password: Self.password)
        secrets.add(flow.code)
        return flow
    }

    func tokens(_ changes: [String: String?] = [:]) async throws -> Flow.Tokens {
        try await redeemed(try await loggedIn(changes))
    }

    func redeemed(_ flow: Flow) async throws -> Flow.Tokens {
        let tokens = try await flow.redeem()
        secrets.add(tokens.accessToken, tokens.refreshToken)
        return tokens
    }

    func session(_ token: String, _ version: String = "2025-11-25") async throws -> String {
        let session = try await client.openSession(version, token: token)
        secrets.add(session)
        return session
    }

    // MARK: The client's mistakes

    /// Opens the authorization request as a program would.
    func authorize(_ changes: [String: String?]) async throws -> TestClient.Answer {
        try await client.get(flow(changes).target, [("Accept", "application/json")])
    }

    /// Sends a token request; nil removes a parameter.
    func token(_ form: [String: String?], _ fields: [(String, String)] = []) async throws -> TestClient.Answer {
        let all = ["client_id": Self.clientID, "client_secret": Self.clientSecret].merging(form) { $1 }
        let sorted = all.sorted { $0.key < $1.key }.compactMap { name, value in value.map { (name, $0) } }
        return try await client.post("/token", form: sorted, fields)
    }

    /// Redeems a code; changes replace parameters, and nil removes one.
    func redeem(_ flow: Flow, _ changes: [String: String?] = [:]) async throws -> TestClient.Answer {
        try await token(
            ["grant_type": "authorization_code", "code": flow.code, "code_verifier": Flow.verifier]
                .merging(changes) { $1 })
    }

    func refresh(_ token: String?, _ changes: [String: String?] = [:]) async throws -> TestClient.Answer {
        try await self.token(["grant_type": "refresh_token", "refresh_token": token].merging(changes) { $1 })
    }

    /// Asks for a token with a given Authorization header and no credentials in the body.
    func token(authorization: String) async throws -> TestClient.Answer {
        try await token(
            ["grant_type": "client_credentials", "client_id": nil, "client_secret": nil],
            [("Authorization", authorization)])
    }

    func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Base64.standard.encode(Array("\(TestClient.encode(id)):\(TestClient.encode(secret))".utf8))
    }

    /// Calls the echo tool; header fields replace the correct ones of the same name, and nil removes one.
    func echo(_ token: String?, _ changes: [String: String?] = [:]) async throws -> TestClient.Answer {
        try await message("tools/call", ["name": "echo", "arguments": ["message": "x"]], token: token, changes)
    }

    func message(
        _ method: String, _ params: JSONObject, token: String?, _ changes: [String: String?] = [:],
        adding field: (String, String)? = nil, body replacement: String? = nil
    ) async throws -> TestClient.Answer {
        var (fields, body) = TestClient.modernRequest(method, params, token: token)
        for (name, value) in changes {
            fields.removeAll { $0.0.lowercased() == name.lowercased() }
            if let value { fields.append((name, value)) }
        }
        return try await client.send("POST", "/mcp", fields + (field.map { [$0] } ?? []), body: replacement ?? body)
    }
}

/// A client's mistake.
struct Mistake: Sendable {
    let name: String
    let settings: @Sendable (inout Settings) -> Void
    let make: @Sendable (Stage) async throws -> TestClient.Answer

    init(
        _ name: String, _ settings: @escaping @Sendable (inout Settings) -> Void = { _ in },
        _ make: @escaping @Sendable (Stage) async throws -> TestClient.Answer
    ) {
        (self.name, self.settings, self.make) = (name, settings, make)
    }

    /// The answer, and everything recorded about it.
    struct Outcome {
        let answer: TestClient.Answer
        let port: Int
        let log: [String]
        let journal: String
        let secrets: [String]
    }

    /// Makes the mistake on a new server, by default one that speaks as the command does.
    func outcome(debug: Bool = true, wording: Wording = .flags) async throws -> Outcome {
        let (clock, lines) = (FixedClock(), LogLines())
        var outcome: Outcome?
        try await withTestServer(
            {
                $0.clientSecret = Secret(Stage.clientSecret)
                $0.users = [.init(name: "demo_user", password: Secret(Stage.password))]
                $0.debug = debug
                $0.wording = wording
                settings(&$0)
            }, now: clock.now, logger: lines.logger
        ) { client, server in
            let stage = Stage(client: client, server: server, clock: clock)
            let answer = try await make(stage)
            let journal = debug ? try await client.get("/debug/requests").body : ""
            outcome = Outcome(
                answer: answer, port: client.port, log: lines.all, journal: journal, secrets: stage.secrets.all)
        }
        guard let outcome else { throw NoOutcome() }
        return outcome
    }

    private struct NoOutcome: Error {}
}

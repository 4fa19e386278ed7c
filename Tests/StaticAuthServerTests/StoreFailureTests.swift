import HTTPEdge
import MCPCore
import OAuth
import OAuthServer
import Testing
import TestSupport

@testable import StaticAuthServer

/// A store that fails at every operation.
private struct BrokenStore: GrantStore, SessionStore {
    struct Surprise: Error {}

    let failure: any Error

    func insert(_ code: CodeRecord) async throws { throw failure }
    func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome { throw failure }
    func code(_ digest: Digest) async throws -> CodeRecord? { throw failure }
    func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? { throw failure }
    func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? { throw failure }
    func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome { throw failure }
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome { throw failure }
    func revoke(_ grant: GrantID) async throws { throw failure }
    func revoke(accessToken: Digest) async throws { throw failure }
    func insert(_ session: Session) async throws { throw failure }
    func session(_ digest: [UInt8], at now: Duration, keptUntil expiry: Duration) async throws -> Session? {
        throw failure
    }
    func end(_ digest: [UInt8]) async throws { throw failure }
    func end(allOf subject: String?, at now: Duration) async throws -> [[UInt8]] { throw failure }
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Duration) async throws -> Int {
        throw failure
    }
    func revoke(allOf subject: String?) async throws -> Int { throw failure }
    func removeExpired(before instant: Duration) async throws { throw failure }
}

@Suite("A store that does not answer")
struct StoreFailureTests {
    private let lines = LogLines()

    private func respond(
        _ failure: any Error, _ path: String, query: String? = nil, method: HTTPMethod = .post,
        _ form: [(String, String)],
        token: String? = nil
    ) async throws -> HTTPResponse {
        let runtime = ServerRuntime(
            port: 9003, tools: try ToolRegistry(StaticAuthServer.demoTools),
            stores: Stores(BrokenStore(failure: failure)), now: FixedClock().now, logger: lines.logger, debug: nil)
        var fields = HTTPFields([("Content-Type", "application/x-www-form-urlencoded")])
        if let token { fields.append("Authorization", "Bearer \(token)") }
        return await Router(Components(Settings(), runtime), Settings(), runtime).respond(
            to: HTTPRequest(
                method: method, path: path, query: query, host: "localhost:9003", fields: fields,
                body: Array(TestClient.encode(form).utf8), peer: "127.0.0.1"))
    }

    private let tokenRequest = [
        ("grant_type", "client_credentials"), ("client_id", "static-mcp-client-001"),
        ("client_secret", "your-secret-key-change-this-in-production"),
    ]

    @Test("Endpoints for programs answer 503 with Retry-After, as JSON", .proves(.wrongHintRevokes))
    func unavailable() async throws {
        for (path, form, token) in [
            ("/token", tokenRequest, nil), ("/introspect", tokenRequest + [("token", "x")], nil),
            ("/revoke", tokenRequest + [("token", "x")], nil), ("/mcp", [], "token"),
        ] as [(String, [(String, String)], String?)] {
            let response = try await respond(StoreUnavailable(reason: "unplugged"), path, form, token: token)
            #expect(response.status == .serviceUnavailable, "\(path)")
            #expect(response.fields.first("retry-after") == "1")
            #expect(response.fields.first("content-type") == "application/json")
            #expect(response.fields.first("cache-control") == "no-store")
            #expect(response.text.contains("temporarily_unavailable"))
            #expect(!response.text.contains("unplugged"))
        }
        let health = try await respond(StoreUnavailable(reason: "unplugged"), "/healthz", method: .get, [])
        #expect(health.status == .serviceUnavailable)
        #expect(health.fields.first("retry-after") == "1")
        #expect(health.text.contains("temporarily_unavailable"))
        let errors = lines.all.filter { $0.contains(" error ") }
        #expect(errors.count == 5)
        #expect(errors.allSatisfy { $0.contains("unplugged") })
    }

    @Test("An unexpected failure is 500 with a reference that only the log explains")
    func unforeseen() async throws {
        let response = try await respond(BrokenStore.Surprise(), "/token", tokenRequest)
        #expect(response.status == .internalServerError)
        #expect(response.fields.first("cache-control") == "no-store")
        #expect(response.text.contains("server_error"))
        #expect(!response.text.contains("Surprise"))
        let reference = response.text.firstMatch(of: /reference ([0-9a-z]+)/)?.1 ?? "-"
        #expect(lines.all.contains { $0.contains(reference) && $0.contains("Surprise") })
    }

    @Test(
        "Once the redirect URI is trusted a failure goes to the client by redirect", .proves(.errorRedirectIsComplete))
    func byRedirect() async throws {
        let request = Flow(TestClient(port: 9003)).request
        let response = try await respond(
            StoreUnavailable(reason: "unplugged"), "/login", query: TestClient.encode(request),
            [("username", "demo_user"), ("password", "demo_password")])
        #expect(response.status == .seeOther)
        let parameters = Flow.parameters(of: response.fields.first("location") ?? "")
        #expect(parameters["error"] == "temporarily_unavailable")
        #expect(parameters["state"] == "state-1")
    }
}

extension HTTPResponse {
    fileprivate var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

import HTTPEdge
import MCPCore
import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@testable import StaticAuthServer

@Suite("/healthz")
struct HealthTests {
    private static let origin = Origin(scheme: "http", host: "localhost", port: 9003)
    private static let request = HTTPRequest(method: .get, path: "/healthz", host: "localhost:9003", peer: "127.0.0.1")

    @Test("While the store answers it is 200, as JSON, without authentication")
    func healthy() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/healthz")
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.body == #"{"status":"ok"}"#)
        }
    }

    @Test("A silent store times out")
    func silent() async throws {
        let silence = AsyncStream<Void>.makeStream()
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        let route = HealthRoute(
            store: SilentStore(silence: silence.stream), background: server.background, timeout: .milliseconds(20))
        await #expect(throws: StoreUnavailable.self) {
            _ = try await route.respond(to: Self.request, origin: Self.origin)
        }
        silence.continuation.finish()
        await server.stop()
    }
}

/// A store that looks for access tokens until its silence ends.
private struct SilentStore: GrantStore {
    let silence: AsyncStream<Void>

    func accessToken(_ digest: Digest) async -> AccessTokenRecord? {
        // A task of its own, so that cancelling the request does not end it.
        await Task { for await _ in silence {} }.value
        return nil
    }

    func insert(_ code: CodeRecord) {}
    func insert(_ tokens: IssuedTokens) -> InsertOutcome { .done }
    func code(_ digest: Digest) -> CodeRecord? { nil }
    func refreshToken(_ digest: Digest) -> RefreshTokenRecord? { nil }
    func exchange(code: Digest, for tokens: IssuedTokens) -> SpendOutcome { .unknown }
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) -> SpendOutcome { .unknown }
    func revoke(_ grant: GrantID) {}
    func revoke(accessToken: Digest) {}
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) -> Int { 0 }
    func revoke(allOf subject: String?) -> Int { 0 }
    func removeExpired(before instant: Instant) {}
}

import StaticAuthServer
import TestSupport
import Testing

@Suite("Behind a proxy")
struct ProxyTests {
    @Test("Wrong secrets are counted for whom a trusted proxy names", .proves(.e8))
    func throttled() async throws {
        try await withTestServer({ $0.trustedProxies = ["127.0.0.1"] }) { client, _ in
            let peers = Array(repeating: "203.0.113.7", count: 11) + ["203.0.113.8"]
            let statuses = try await statuses(client, wrongSecretsFrom: peers)
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 401])
        }
    }

    @Test("From anybody else a forged field does not help", .proves(.e8), arguments: [[], ["10.0.0.0/8"]])
    func forged(proxies: [String]) async throws {
        try await withTestServer({ $0.trustedProxies = proxies }) { client, _ in
            let statuses = try await statuses(client, wrongSecretsFrom: (1...11).map { "203.0.113.\($0)" })
            #expect(statuses == Array(repeating: 401, count: 10) + [429])
        }
    }

    private func statuses(_ client: TestClient, wrongSecretsFrom peers: [String]) async throws -> [Int] {
        let form = [
            ("grant_type", "client_credentials"), ("client_id", "static-mcp-client-001"), ("client_secret", "x"),
        ]
        var statuses: [Int] = []
        for peer in peers {
            statuses.append(try await client.post("/token", form: form, [("X-Forwarded-For", peer)]).status)
        }
        return statuses
    }
}

import StaticAuthServer
import Testing
import TestSupport

@Suite("Behind a proxy")
struct ProxyTests {
    @Test("Wrong secrets are counted for the address that a trusted proxy names", .proves(.secretGuessingIsThrottled))
    func throttled() async throws {
        try await withTestServer({ $0.trustedProxies = ["127.0.0.1"] }) { client, _ in
            let peers = Array(repeating: "203.0.113.7", count: 11) + ["203.0.113.8"]
            let statuses = try await statuses(client, wrongSecretsFrom: peers)
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 401])
        }
    }

    @Test(
        "From an untrusted peer a forged field has no effect", .proves(.secretGuessingIsThrottled),
        arguments: [[], ["10.0.0.0/8"]])
    func forged(proxies: [String]) async throws {
        try await withTestServer({ $0.trustedProxies = proxies }) { client, _ in
            let statuses = try await statuses(client, wrongSecretsFrom: (1...11).map { "203.0.113.\($0)" })
            #expect(statuses == Array(repeating: 401, count: 10) + [429])
        }
    }

    @Test(
        "All addresses of an IPv6 network count together, and no address of another",
        .proves(.secretGuessingIsThrottled))
    func networks() async throws {
        try await withTestServer({ $0.trustedProxies = ["127.0.0.1"] }) { client, _ in
            let peers = (1...11).map { "2001:db8:0:1:\($0)::\($0)" } + ["2001:db8:0:2::1"]
            let statuses = try await statuses(client, wrongSecretsFrom: peers)
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 401])
        }
    }

    @Test(
        "An address that tries many names has to wait with every name; others need not",
        .proves(.secretGuessingIsThrottled))
    func names() async throws {
        try await withTestServer({ $0.trustedProxies = ["127.0.0.1"] }) { client, _ async throws in
            let (guesser, other) = ([("X-Forwarded-For", "203.0.113.7")], [("X-Forwarded-For", "203.0.113.8")])
            let flow = Flow(client)
            for number in 0..<100 {
                #expect(try await flow.submitLogin(user: "name-\(number)", password: "x", guesser).status == 403)
            }
            #expect(try await flow.submitLogin(guesser).status == 429)
            let form = [("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "x")]
            #expect(try await client.post("/token", form: form, guesser).status == 429)
            #expect(try await flow.submitLogin(other).status == 303)
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

import HTTPEdge
import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import MCPClient

@Suite("Verifying tokens by introspection")
struct IntrospectionVerifierTests {
    private static let resource = "https://other.example/mcp"

    private static func verifier(
        _ bench: Bench, _ endpoint: String, resource: String = resource, client: ClientIdentity = Bench.client,
        now: @escaping @Sendable () -> Duration = SystemClock.now
    ) -> IntrospectionVerifier {
        var options = IntrospectionVerifier.Options()
        options.timeout = .seconds(2)
        return IntrospectionVerifier(
            web: bench.web, endpoint: endpoint, client: client, resource: resource, options: options, now: now)
    }

    @Test("A token for this resource is valid; one for another, or a revoked one, is not")
    func ourServer() async throws {
        let clock = FixedClock(at: SystemClock.now())
        try await withTestServer({ $0.resource = [Self.resource] }, now: clock.now) { client, server in
            try await Bench.run { bench async throws in
                let endpoint = "\(server.baseURL)/introspect"
                let own = try await Flow(client, ["resource": Self.resource]).logIn().redeem(["resource": Self.resource]
                )
                let foreign = try await Flow(client).logIn().redeem()
                let verifier = Self.verifier(bench, endpoint, now: clock.now)
                let token = try #require(try await verifier.verify(Secret(own.accessToken)))
                #expect(token.clientID == "static-mcp-client-001")
                #expect(token.scope.description == "user")
                #expect(try await verifier.verify(Secret(foreign.accessToken)) == nil)
                #expect(try await verifier.verify(Secret(own.refreshToken ?? "")) == nil)
                #expect(try await verifier.verify(Secret("no-token")) == nil)
                _ = try await client.post(
                    "/revoke",
                    form: [
                        ("token", own.accessToken), ("client_id", Bench.client.id),
                        ("client_secret", Bench.demoSecret.reveal()),
                    ])
                #expect(try await verifier.verify(Secret(own.accessToken)) != nil)
                clock.advance(by: .seconds(61))
                #expect(try await verifier.verify(Secret(own.accessToken)) == nil)
            }
        }
    }

    @Test("An answer is cached until the token expires")
    func kept() async throws {
        let clock = FixedClock()
        let end = Int(clock.now().components.seconds) + 30
        try await ScriptedServer.run { server in
            server.serve("/introspect") { _ in
                .json([
                    "active": true, "aud": .string(Self.resource), "exp": JSONValue(end), "token_type": "Bearer",
                    "sub": "s",
                ])
            }
            try await Bench.run { bench async throws in
                let verifier = Self.verifier(bench, "\(server.origin)/introspect", now: clock.now)
                for _ in 0..<3 { #expect(try await verifier.verify(Secret("t"))?.subject == "s") }
                #expect(server.requests.count == 1)
                #expect(server.requests.first?.fields.first("authorization")?.hasPrefix("Basic ") == true)
                clock.advance(by: .seconds(30))
                #expect(try await verifier.verify(Secret("t")) == nil)
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test("After any failure the token is not valid")
    func failsClosed() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench async throws in
                let verifier = Self.verifier(bench, "\(server.origin)/introspect")
                for answer in [
                    HTTPResponse(.internalServerError), .json([:]), .html("active"), .json(["active": "true"]),
                    .json(["error": "invalid_client"], status: .unauthorized),
                ] {
                    server.serve("/introspect") { _ in answer }
                    #expect(await failure { _ = try await verifier.verify(Secret("t")) }?.kind == .network)
                }
                let good: JSONObject = [
                    "active": true, "aud": .string(Self.resource), "exp": 9_999_999_999, "token_type": "Bearer",
                ]
                for (name, value) in [
                    ("active", false), ("aud", "https://third.example/mcp"), ("aud", nil), ("exp", 5), ("exp", nil),
                    ("token_type", nil), ("token_type", "DPoP"),
                ] as [(String, JSONValue?)] {
                    var facts = good
                    facts[name] = value
                    server.serve("/introspect") { [facts] _ in .json(facts) }
                    #expect(try await verifier.verify(Secret("t")) == nil, "\(name)")
                }
                server.serve("/introspect") { _ in
                    try await Task.sleep(for: .seconds(4))
                    return .json(good)
                }
                #expect(await failure { _ = try await verifier.verify(Secret("t")) }?.code == "timeout")
                server.serve("/introspect") { _ in .json(good) }
                #expect(try await verifier.verify(Secret("t")) != nil)
            }
        }
    }
}

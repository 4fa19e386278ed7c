import ExampleResourceServer
import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import MCPClient

@Suite("A separate resource server")
struct ResourceServerTests {
    @Test(
        "Its tools need a token issued for it, and neither server accepts the other's",
        .proves(.foreignAudienceIsRefused, .tokenGoesToItsResource))
    func separate() async throws {
        let example = try await ExampleResourceServer()
        try await withTestServer({ $0.resource = [example.resource] }) { client, server in
            try await Bench.run { bench in
                let verifier = IntrospectionVerifier(
                    web: bench.web, endpoint: "\(server.baseURL)/introspect", client: Bench.client,
                    resource: example.resource)
                try await example.serve(verifier: verifier, issuer: server.issuer)
                for era in ["auto", "2025-06-18"] {
                    let connection = try bench.connection(example.resource, era: try #require(EraChoice(era)))
                    let answer = try await connection.call("hello")
                    #expect(answer.structured?.object?["greeting"] == "hello demo_user")
                    await connection.close()
                }
                let theirs = try #require(try await bench.access(example.resource, agent: nil).tokens())
                let ours = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                let refused = try await client.send(
                    "POST", "/mcp", [("Authorization", "Bearer \(theirs.accessToken.reveal())")])
                #expect(refused.status == 401)
                let request = WebRequest(
                    .post, example.resource, fields: [("Authorization", "Bearer \(ours.reveal())")])
                let answer = try await bench.web.send(request)
                #expect(answer.status == 401)
                #expect(answer.head.challenges.first?["error"] == "invalid_token")
            }
        }
        await example.stop()
    }
}

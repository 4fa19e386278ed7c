import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Connections that died while idle")
struct KeptConnectionTests {
    private static func run(_ body: (ScriptedServer, DyingRelay, Bench) async throws -> Void) async throws {
        try await ScriptedServer.run { server in
            let relay = DyingRelay(to: try #require(Int(server.origin.split(separator: ":").last ?? "")))
            defer { relay.close() }
            try await Bench.run { try await body(server, relay, $0) }
        }
    }

    @Test("A code is not lost, because it is sent on a new connection")
    func code() async throws {
        try await Self.run { server, relay, bench in
            server.registers()
            server.serve("/.well-known/oauth-authorization-server") { _ in
                var document = ScriptedServer.issuerMetadata(server.origin)
                for (name, path) in [("registration_endpoint", "/register"), ("token_endpoint", "/token")] {
                    document[name] = .string(relay.origin + path)
                }
                return .json(document)
            }
            let access = try bench.access(server.mcpURL, agent: bench.person, client: nil)
            #expect(try await access.authorize().reveal() == "access-1")
            #expect(relay.connections == 2)
            #expect(server.requests(to: "/token").count == 1)
        }
    }

    @Test("Only requests that read are repeated")
    func reading() async throws {
        try await Self.run { server, relay, bench in
            let url = "\(relay.origin)/.well-known/oauth-authorization-server"
            for _ in 0..<3 {
                let response = try await bench.web.send(.document(url))
                #expect(response.status == 200)
            }
            let form = WebRequest.form("\(relay.origin)/revoke", FormParameters())
            let error = await failure { for _ in 0..<2 { _ = try await bench.web.send(form) } }
            #expect(error?.code == "closed", "\(error as Any)")
            #expect(server.requests(to: "/revoke").count <= 1)
        }
    }

    @Test("A refresh survives a dead connection")
    func refresh() async throws {
        try await Self.run { server, relay, bench in
            server.serve("/.well-known/oauth-authorization-server") { _ in
                var document = ScriptedServer.issuerMetadata(server.origin)
                document["token_endpoint"] = .string("\(relay.origin)/token")
                return .json(document)
            }
            let access = try bench.access(server.mcpURL, agent: bench.person)
            _ = try await access.authorize()
            for number in 2...4 {
                let token = try await access.refresh(insteadOf: nil, isForced: true)
                #expect(token?.reveal() == "access-\(number)")
            }
        }
    }
}

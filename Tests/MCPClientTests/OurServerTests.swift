import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import MCPClient

@Suite("The client against our server")
struct OurServerTests {
    @Test(
        "From discovery to a tool's answer in every revision",
        arguments: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "auto"],
        [Policy.PostResponses.json, .sse])
    func everyRevision(_ era: String, _ responses: Policy.PostResponses) async throws {
        try await withTestServer({ $0.postResponses = responses }) { _, server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL, era: try #require(EraChoice(era)))
                let info = try await connection.serverInfo()
                #expect(info.version.rawValue == (era == "auto" ? "2026-07-28" : era))
                let (tools, warnings) = try await connection.tools()
                #expect(tools.map(\.name) == ["echo", "get_time"])
                #expect(warnings == [])
                let answer = try await connection.call("echo", ["message": "héllo 🚀"])
                #expect(answer.text == #"{"echo":"héllo 🚀","length":7}"#)
                #expect(answer.warnings == [])
                #expect(!answer.isError)
                await connection.close()
            }
        }
    }

    @Test("A stored login needs no browser, and a second run no probe", .proves(.eraIsRemembered))
    func stored() async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                _ = try await bench.connection(server.mcpURL).call("echo", ["message": "one"])
                let before = bench.trace.all.count { $0.contains("server/discover") }
                let second = bench.connection(try bench.access(server.mcpURL, agent: nil, client: nil))
                #expect(try await second.call("echo", ["message": "two"]).structured?.object?["echo"] == "two")
                #expect(bench.trace.all.count { $0.contains("server/discover") } == before)
            }
        }
    }

    @Test(
        "An expired token is refreshed, and the new refresh token replaces the old one",
        .proves(.rotatedTokenIsKeptFirst)
    )
    func refresh() async throws {
        let clock = FixedClock(at: SystemClock.now())
        try await withTestServer(now: clock.now) { _, server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person, now: clock.now)
                let connection = bench.connection(access)
                _ = try await connection.tools()
                let first = try #require(try await access.tokens())
                for _ in 0..<3 {
                    clock.advance(by: .seconds(3590))
                    _ = try await connection.call("get_time")
                }
                let last = try #require(try await access.tokens())
                #expect(last.accessToken != first.accessToken)
                #expect(last.refreshToken != first.refreshToken)
                #expect(bench.trace.all.count { $0.contains("grant_type=refresh_token") } == 3)
                #expect(
                    bench.trace.all.filter { $0.contains("grant_type=refresh_token") }.allSatisfy {
                        !$0.contains("scope=") && $0.contains("resource=")
                    })
            }
        }
    }

    @Test(
        "When a tool needs more scope, the client requests the earlier scopes and the missing one",
        .proves(.stepUpKeepsScopes))
    func stepUp() async throws {
        try await withTestServer({ $0.requireScope = ["echo": "echo"] }) { _, server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let connection = bench.connection(try bench.access(server.mcpURL, agent: agent))
                _ = try await connection.call("get_time")
                #expect(try await connection.call("echo", ["message": "up"]).structured?.object?["echo"] == "up")
                #expect(agent.scopes == ["user offline_access", "user offline_access echo"])
            }
        }
    }

    @Test(
        "Without a way to log in the error names the scopes and the command that requests all of them",
        .proves(.stepUpKeepsScopes))
    func stepUpWithoutPerson() async throws {
        try await withTestServer({ $0.requireScope = ["echo": "echo"] }) { _, server in
            try await Bench.run { bench in
                _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                let connection = bench.connection(try bench.access(server.mcpURL, agent: nil))
                let error = await failure { _ = try await connection.call("echo", ["message": "up"]) }
                #expect(error?.kind == .authorizationRequired)
                #expect(
                    error?.advice == .logIn(server: server.mcpURL, scope: "user echo offline_access"), "\(error as Any)"
                )
            }
        }
    }

    @Test("Without a way to log in the error names the command")
    func nobody() async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                let connection = bench.connection(try bench.access(server.mcpURL, agent: nil))
                let error = await failure { _ = try await connection.tools() }
                #expect(error?.kind == .authorizationRequired)
                #expect(error?.advice == .logIn(server: server.mcpURL, scope: nil))
            }
        }
    }

    @Test("After a logout the token is revoked and nothing is stored")
    func logout() async throws {
        try await withTestServer { client, server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let token = try await access.authorize()
                #expect(try await access.introspect(token).isActive)
                #expect(try await access.logout() == true)
                #expect(try await access.tokens() == nil)
                #expect(try await access.login() == nil)
                let answer = try await client.send("POST", "/mcp", [("Authorization", "Bearer \(token.reveal())")])
                #expect(answer.status == 401)
            }
        }
    }

    @Test(
        "Trace and errors contain no code, verifier, token, state or secret", .proves(.clientPrintsNoSecret)
    )
    func nothingSecret() async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let connection = bench.connection(access)
                _ = try await connection.call("echo", ["message": "m"])
                let tokens = try #require(try await access.tokens())
                let trace = bench.trace.text
                #expect(trace.contains("code_verifier=<redacted>"))
                #expect(trace.contains("\"access_token\":\"<redacted>\""))
                for secret in [
                    tokens.accessToken.reveal(), tokens.refreshToken?.reveal() ?? "", Bench.demoSecret.reveal(),
                    "demo_password",
                ] {
                    #expect(!trace.contains(secret))
                }
                for name in ["code", "state", "code_verifier"] {
                    for piece in trace.components(separatedBy: "\(name)=").dropFirst() {
                        #expect(piece.hasPrefix("<redacted>"), "\(name)")
                    }
                }
            }
        }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}

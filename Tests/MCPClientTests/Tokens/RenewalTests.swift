import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Renewing tokens")
struct RenewalTests {
    private static func refreshes(_ server: ScriptedServer) -> Int {
        server.requests(to: "/token").count { $0.form.values(.grantType) == ["refresh_token"] }
    }

    /// Serves /mcp only to one token.
    private static func only(_ server: ScriptedServer, _ token: @escaping @Sendable () -> String) {
        server.serve("/mcp") { asked in
            asked.token == token() ? ScriptedServer.mcp(asked) : server.challenge("error=\"invalid_token\"")
        }
    }

    @Test("A refusal whose body never ends does not block the client", .proves(.waitsEnd))
    func endlessRefusal() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { asked in
                if asked.token != nil { return ScriptedServer.mcp(asked) }
                return HTTPResponse(
                    .unauthorized,
                    body: .events(
                        EventStream { writer in
                            while true {
                                try await writer.send([0x20])
                                try await Task.sleep(for: .milliseconds(50))
                            }
                        }))
            }
            try await Bench.run({ $0.timeout = .seconds(20) }) { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.tools().tools.map(\.name) == ["echo"])
            }
        }
    }

    @Test("A server that always says 401 gets one refresh and one login")
    func always401() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { _ in server.challenge("error=\"invalid_token\", error_description=\"never\"") }
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                let connection = bench.connection(access)
                #expect(await failure { _ = try await connection.tools() }?.code == "401")
                #expect(agent.count == 1 && Self.refreshes(server) == 0)
                let again = await failure { _ = try await connection.tools() }
                #expect(again?.problem.contains("never") == true)
                #expect(agent.count == 2 && Self.refreshes(server) == 1)
            }
        }
    }

    @Test(
        "An early 401 is answered by a refresh, and the new refresh token is stored before it is used",
        .proves(.rotatedTokenIsKeptFirst))
    func early401() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                _ = try await access.authorize()
                Self.only(server) { "access-2" }
                _ = try await bench.connection(access).tools()
                #expect(agent.count == 1 && Self.refreshes(server) == 1)
                #expect(try await access.tokens()?.refreshToken?.reveal() == "refresh-2")
                let sent = try #require(server.requests(to: "/token").last).form
                #expect(sent.values(.refreshToken) == ["refresh-1"])
                #expect(sent.values(.resource) == [server.mcpURL])
                #expect(sent.values(.scope) == [])
            }
        }
    }

    @Test("Without a new refresh token in the response the old one stays valid", .proves(.rotatedTokenIsKeptFirst))
    func noRotation() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                server.serve("/token") { _ in .json(server.tokens(refreshes: false)) }
                for _ in 0..<2 { _ = try await access.refresh(insteadOf: nil, isForced: true) }
                #expect(try await access.tokens()?.refreshToken?.reveal() == "refresh-1")
                #expect(try await access.tokens()?.accessToken.reveal() == "access-3")
            }
        }
    }

    @Test("Any number of concurrent calls refresh once")
    func inProcess() async throws {
        let clock = FixedClock(at: SystemClock.now())
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let first = try bench.access(server.mcpURL, agent: bench.person, now: clock.now)
                _ = try await first.authorize()
                let connections = try (0..<4).map { _ in
                    bench.connection(try bench.access(server.mcpURL, agent: nil, now: clock.now))
                }
                clock.advance(by: .seconds(3590))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 { group.addTask { _ = try await connections[number % 4].call("echo") } }
                    try await group.waitForAll()
                }
                #expect(Self.refreshes(server) == 1)
            }
        }
    }

    @Test(
        "A refused refresh token leads to one login, and its tokens are forgotten",
        arguments: [400, 401, 200, 500])
    func dead(_ status: Int) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                _ = try await access.authorize()
                server.serve("/token") { asked in
                    asked.form.values(.grantType) == ["refresh_token"]
                        ? .json(["error": "invalid_grant"], status: HTTPStatus(status)) : .json(server.tokens())
                }
                Self.only(server) { "access-2" }
                _ = try await bench.connection(access).tools()
                #expect(agent.count == 2 && Self.refreshes(server) == 1)
                Self.only(server) { "access-none" }
                let nobody = try bench.access(server.mcpURL, agent: nil)
                let error = await failure { _ = try await bench.connection(nobody).tools() }
                #expect(error?.kind == .authorizationRequired)
                #expect(try await nobody.tokens() == nil)
                #expect(try bench.storedTokens().isEmpty)
            }
        }
    }

    @Test(
        "A client that the server no longer accepts gets advice to check its credentials, and keeps its tokens",
        arguments: ["invalid_client", "unauthorized_client"])
    func clientGone(_ code: String) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                server.serve("/token") { _ in .json(["error": .string(code)], status: .unauthorized) }
                let error = await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }
                #expect(
                    error?.kind == .authorizationRefused && error?.advice?.description.contains("client id") == true)
                #expect(try await access.tokens() != nil)
            }
        }
    }

    @Test(
        "A dynamically registered client that was forgotten registers anew at the next login",
        .proves(.givenCredentialsComeFirst))
    func registrationGone() async throws {
        try await ScriptedServer.run { server in
            server.registers()
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent, client: nil)
                _ = try await access.authorize()
                server.serve("/token") { asked in
                    asked.form.values(.clientID) == ["client-1"]
                        ? .json(["error": "invalid_client"], status: .unauthorized) : .json(server.tokens())
                }
                Self.only(server) { "access-2" }
                _ = try await bench.connection(access).tools()
                #expect(agent.count == 2)
                #expect(try bench.store.logins().map(\.client.id) == ["client-2"])
                #expect(try bench.storedTokens().count == 1)
            }
        }
    }

    @Test("Without a refresh token an expired token leads to a login", .proves(.missingRefreshTokenMeansLogin))
    func noRefreshToken() async throws {
        let clock = FixedClock(at: SystemClock.now())
        try await ScriptedServer.run { server in
            server.serve("/token") { _ in .json(server.tokens(refreshes: false)) }
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let connection = bench.connection(try bench.access(server.mcpURL, agent: agent, now: clock.now))
                _ = try await connection.tools()
                clock.advance(by: .seconds(3590))
                _ = try await connection.tools()
                #expect(agent.count == 2)
                #expect(Self.refreshes(server) == 0)
            }
        }
    }

    @Test("A server's text that would be dangerous in a shell is in no command")
    func hostileScope() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                server.serve("/mcp") { _ in
                    server.challenge(#"error="insufficient_scope", scope="a';reboot;'""#, status: .forbidden)
                }
                let connection = bench.connection(try bench.access(server.mcpURL, agent: nil))
                let error = await failure { _ = try await connection.tools() }
                #expect(error?.kind == .authorizationRequired && error?.advice == "Log in with that scope.")
            }
        }
    }

    @Test("A server that always demands more scope gets a limited number of logins", .proves(.stepUpKeepsScopes))
    func endlessStepUp() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { asked in
                guard asked.token != nil else { return server.challenge("scope=\"base\"") }
                guard asked.method == "tools/call" else { return ScriptedServer.mcp(asked) }
                return server.challenge("error=\"insufficient_scope\", scope=\"more\"", status: .forbidden)
            }
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let connection = bench.connection(try bench.access(server.mcpURL, agent: agent))
                #expect(await failure { _ = try await connection.call("echo") }?.code == "insufficient_scope")
                #expect(agent.scopes == ["base", "base more", "base more"])
                _ = await failure { _ = try await connection.call("echo") }
                #expect(agent.count == 3)
            }
        }
    }

    @Test("A 403 without a challenge opens no browser")
    func plain403() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                _ = try await access.authorize()
                server.serve("/mcp") { _ in .html("blocked by policy", status: .forbidden) }
                let connection = bench.connection(access)
                let error = await failure { _ = try await connection.tools() }
                #expect(error?.kind == .authorizationRefused)
                #expect(error?.problem.contains("blocked by policy") == true)
                #expect(agent.count == 1)
            }
        }
    }

    @Test("A logout forgets the tokens even when the server fails")
    func failingLogout() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                server.serve("/revoke") { _ in HTTPResponse(.internalServerError) }
                #expect(try await access.logout() == false)
                #expect(try await access.tokens() == nil)
                #expect(
                    server.requests(to: "/revoke").map { $0.form.values(.token).joined() } == ["refresh-1", "access-1"])
            }
        }
    }

    @Test("A token endpoint that drops the connection gets one more request, and no more")
    func dropped() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                server.serve("/token") { _ in
                    // A stream that fails at once closes the connection.
                    HTTPResponse(.ok, body: .events(EventStream { _ in throw CancellationError() }))
                }
                await #expect(throws: (any Error).self) { try await access.refresh(insteadOf: nil, isForced: true) }
                #expect((1...2).contains(Self.refreshes(server)))
                #expect(try await access.tokens() != nil)
            }
        }
    }

    @Test("A key in the URL is used, and neither stored nor traced")
    func keyInURL() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { asked in
                asked.request.query == "tenant=a&API_KEY=secret-key"
                    ? ScriptedServer.mcp(asked) : HTTPResponse(.notFound)
            }
            try await Bench.run { bench in
                let connection = try bench.connection("\(server.mcpURL)?tenant=a&API_KEY=secret-key")
                _ = try await connection.tools()
                #expect(!bench.trace.text.contains("secret-key"))
                #expect(KeyInAddress.found(in: "\(server.mcpURL)?tenant=a&api_key=secret-key") == ["api_key"])
                #expect(KeyInAddress.removed(from: "https://h/m?tenant=a&API_KEY=k#f") == "https://h/m?tenant=a")
            }
        }
    }
}

import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("An authorization server with an outage")
struct OutageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: ScriptedServer.Script

        init(_ name: String, _ answer: @escaping ScriptedServer.Script) {
            (testDescription, self.answer) = (name, answer)
        }

        init(_ status: Int, _ error: JSONValue) {
            self.init("\(status) \(error)") { _ in .json(["error": error], status: HTTPStatus(status)) }
        }
    }

    static let answers = [
        Row(503, "temporarily_unavailable"), Row(500, "server_error"), Row(429, "slow_down"),
        Row(400, "temporarily_unavailable"), Row(400, "server_error"), Row(400, "invalid_request"),
        Row(400, "something_else"), Row(400, "invalid_scope"), Row(400, "unsupported_grant_type"), Row(200, "oops"),
        Row(400, ["code": "invalid_grant"]), Row(400, ""), Row(404, .null),
        Row("a page") { _ in .html("<h1>down</h1>", status: .serviceUnavailable) },
        Row("a page with 200") { _ in .html("<h1>down</h1>") },
        Row("a page with 403") { _ in .html("<h1>blocked</h1>", status: .forbidden) },
        Row("nothing") { _ in HTTPResponse(HTTPStatus(502)) },
        Row("an array") { _ in .text(#"[{"error":"invalid_grant"}]"#, "application/json", status: 400) },
        Row("a form") { _ in .text("error=invalid_grant", "application/x-www-form-urlencoded", status: 400) },
        Row("half a document") { _ in .text(#"{"access_token":"a"#, "application/json") },
        Row("another kind of token") { _ in .json(["access_token": "a", "token_type": "DPoP"]) },
        Row("no token") { _ in .json([:]) },
        Row("a redirect") { _ in HTTPResponse(.found, fields: HTTPFields([("Location", "/maintenance")])) },
        Row("a broken answer") { _ in
            HTTPResponse(.ok, body: .events(EventStream { _ in throw CancellationError() }))
        },
    ]

    @Test(
        "No answer of it to a refresh costs tokens or causes a login, and it is reported as an outage",
        arguments: answers)
    func refresh(_ row: Row) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                _ = try await access.authorize()
                server.serve("/mcp") { asked in
                    asked.token == "access-2" ? ScriptedServer.mcp(asked) : HTTPResponse(.unauthorized)
                }
                server.serve("/token", row.answer)
                let forced = await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }
                #expect(
                    forced?.kind == .network && forced?.advice?.description.contains("The login is kept") == true,
                    "\(forced as Any)")
                let called = await failure { _ = try await bench.connection(access).tools() }
                #expect(called?.kind == .network, "\(called as Any)")
                #expect(agent.count == 1)
                #expect(try await access.tokens()?.refreshToken?.reveal() == "refresh-1")
                server.serve("/token", nil)
                #expect(try await access.refresh(insteadOf: nil, isForced: true)?.reveal() == "access-2")
                _ = try await bench.connection(access).tools()
                #expect(agent.count == 1)
            }
        }
    }

    static let missing = [
        Row("503") { _ in HTTPResponse(.serviceUnavailable) }, Row("404") { _ in HTTPResponse(.notFound) },
        Row("a page") { _ in .html("<h1>down</h1>") }, Row("an array") { _ in .text("[]", "application/json") },
        Row("a broken answer") { _ in
            HTTPResponse(.ok, body: .events(EventStream { _ in throw CancellationError() }))
        },
    ]

    @Test(
        "Metadata that is unavailable for a time costs neither tokens nor a registration",
        arguments: missing)
    func metadata(_ row: Row) async throws {
        try await ScriptedServer.run { server in
            server.registers()
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent, client: nil)
                _ = try await access.authorize()
                let places = [
                    "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp",
                    "/.well-known/oauth-protected-resource",
                ]
                for place in places { server.serve(place, row.answer) }
                #expect(
                    await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }?.kind == .network)
                await #expect(throws: ClientError.self) { try await access.authorize() }
                #expect(try await access.tokens()?.refreshToken?.reveal() == "refresh-1")
                #expect(try await access.login()?.client.id == "client-1")
                #expect(agent.count == 1 && server.requests(to: "/register").count == 1)
            }
        }
    }

    @Test("A missing challenge during an outage does not mean that there is no authorization server")
    func noChallenge() async throws {
        let down: ScriptedServer.Script = { _ in HTTPResponse(.serviceUnavailable) }
        try await ScriptedServer.run(["/mcp": down]) { server in
            for place in ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp"] {
                server.serve(place) { _ in HTTPResponse(.notFound) }
            }
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let error = await failure { _ = try await access.authorize() }
                #expect(error?.kind == .network && error?.code == "503")
            }
        }
    }

    @Test("An outage at any other step of a login is reported as one")
    func otherSteps() async throws {
        try await ScriptedServer.run { server in
            server.registers()
            try await Bench.run { bench in
                func outcome() async throws -> ClientError? {
                    let access = try bench.access(server.mcpURL, agent: bench.person, client: nil)
                    return await failure { _ = try await access.authorize() }
                }
                let register: ScriptedServer.Script = { _ in
                    .json(["error": "server_error"], status: .internalServerError)
                }
                server.serve("/register", register)
                let registered = try await outcome()
                #expect(registered?.kind == .network)
                server.registers()
                server.serve("/authorize") { _ in HTTPResponse(HTTPStatus(502)) }
                #expect(try await outcome()?.kind == .network)
                for code in ["server_error", "temporarily_unavailable"] {
                    server.serve("/authorize") { server.authorize($0, ["code": nil, "error": code]) }
                    #expect(try await outcome()?.kind == .network)
                }
                server.serve("/authorize", nil)
                server.serve("/token") { _ in .json(["error": "server_error"], status: .internalServerError) }
                #expect(try await outcome()?.kind == .network)
                #expect(server.requests(to: "/token").count == 1)
                server.serve("/token") { _ in .json(["error": "invalid_request"], status: .badRequest) }
                #expect(try await outcome()?.kind == .authorizationRefused)
            }
        }
    }

    // MARK: - Waiting

    @Test("A call waits until the server is back, and obeys its Retry-After")
    func waits() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent) { $0.outageTimeout = .seconds(20) }
                _ = try await access.authorize()
                server.serve("/mcp") { asked in
                    asked.token == "access-2" ? ScriptedServer.mcp(asked) : HTTPResponse(.unauthorized)
                }
                server.serve("/token") { asked in
                    // The first request is the login's.
                    guard asked.count == 2 else { return .json(server.tokens()) }
                    return HTTPResponse(.serviceUnavailable, fields: HTTPFields([("Retry-After", "2")]))
                }
                let start = ContinuousClock.now
                _ = try await bench.connection(access).tools()
                #expect(ContinuousClock.now - start >= .seconds(2))
                #expect(agent.count == 1 && server.requests(to: "/token").count == 3)
            }
        }
    }

    @Test("However many calls wait, the server gets one request after each wait, and none before its Retry-After")
    func asksOnce() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person) { $0.outageTimeout = .seconds(3) }
                _ = try await access.authorize()
                server.serve("/mcp") { _ in HTTPResponse(.unauthorized) }
                server.serve("/token") { _ in HTTPResponse(.tooManyRequests) }
                let connection = bench.connection(access)
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            let error = await failure { _ = try await connection.call("echo") }
                            #expect(error?.kind == .network)
                        }
                    }
                }
                // The login's, then one at the start, and, where time allows, one after half a second, one, and two.
                #expect((3...6).contains(server.requests(to: "/token").count), "\(server.requests(to: "/token").count)")

                server.serve("/token") { _ in
                    HTTPResponse(.serviceUnavailable, fields: HTTPFields([("Retry-After", "3000")]))
                }
                let forced = await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }
                #expect(
                    forced?.retryAfter == .seconds(3000)
                        && forced?.advice?.description.contains("in 3000 seconds") == true)
                let asked = server.requests(to: "/token").count
                let error = await failure { _ = try await connection.tools() }
                #expect(error?.code == "503" && server.requests(to: "/token").count == asked)
            }
        }
    }

    @Test("A token that is still valid is used during an outage")
    func stillGood() async throws {
        let clock = FixedClock(at: SystemClock.now())
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person, now: clock.now)
                _ = try await access.authorize()
                server.serve("/token") { _ in HTTPResponse(.serviceUnavailable) }
                clock.advance(by: .seconds(3590))
                #expect(try await access.token()?.reveal() == "access-1")
                _ = try await bench.connection(access).tools()
                clock.advance(by: .seconds(10))
                #expect(await failure { _ = try await access.token() }?.kind == .network)
            }
        }
    }

    @Test("A code waits for a server that reports an outage, and is not sent twice to any other")
    func code() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                func login() async throws -> Int {
                    let before = server.requests(to: "/token").count
                    let access = try bench.access(server.mcpURL, agent: bench.person) {
                        $0.outageTimeout = .seconds(10)
                    }
                    _ = try? await access.authorize()
                    return server.requests(to: "/token").count - before
                }
                server.serve("/token") { asked in
                    asked.count == 1
                        ? HTTPResponse(.serviceUnavailable, fields: HTTPFields([("Retry-After", "1")]))
                        : .json(server.tokens())
                }
                let retried = try await login()
                #expect(retried == 2)
                #expect(server.issued == 1)
                server.serve("/token") { _ in HTTPResponse(.internalServerError) }
                #expect(try await login() == 1)
                server.serve("/token") { _ in
                    HTTPResponse(.ok, body: .events(EventStream { _ in throw CancellationError() }))
                }
                #expect(try await login() == 1)
            }
        }
    }

    @Test(
        "Retry-After is seconds or a date, an hour at most",
        arguments: [
            ("7", 7), ("0", 0), ("99999999999999999999999", 3600), ("86400", 3600), ("-1", nil), ("soon", nil),
            ("", nil),
            ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sun, 06 Nov 1994 08:49:07 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 3600), ("Sun, 06 Nov 19949999999999999999 08:49:47 GMT", nil),
        ] as [(String, Int?)])
    func retryAfter(_ text: String, _ seconds: Int?) {
        let head = WebHead(status: 503, fields: [("Retry-After", text), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")])
        #expect(head.retryAfter == seconds.map { .seconds($0) })
    }
}

import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("What went well after all was no loop")
struct LateSuccessTests {
    private static let publicClient: [String: String?] = [
        "client_id": "static-mcp-public-001", "client_secret": nil,
    ]

    @Test("A refresh token that was refused to another client, or because of the clock, is refreshed rightly later")
    func refresh() async throws {
        for reason in ["client", "secret", "clock"] {
            try await withReportServer { server, clock in
                let client = LedClient(server)
                let tokens = try await client.logIn(1)
                switch reason {
                case "client": _ = try await client.refresh(tokens.refreshToken, Self.publicClient, expecting: 400)
                case "secret":
                    _ = try await client.refresh(tokens.refreshToken, ["client_secret": "no"], expecting: 401)
                default:
                    clock.advance(by: .seconds(40 * 86_400))
                    _ = try await client.refresh(tokens.refreshToken, expecting: 400)
                    clock.advance(by: .seconds(-40 * 86_400))
                }
                let next = try await client.refresh(tokens.refreshToken)
                _ = try await client.call(token: next.accessToken)
                #expect(try await server.failed() == (reason == "secret" ? ["auth-right"] : []), "\(reason)")
                #expect(try await server.get("/debug/report").verdicts("NOT SEEN").contains("refresh-no-loop"))
            }
        }
    }

    @Test("A code that was refused for another parameter is redeemed rightly later")
    func code() async throws {
        let wrong: [([String: String?], [String])] = [
            (["code_verifier": String(repeating: "w", count: 43)], ["pkce-verifier"]), (Self.publicClient, []),
            (["redirect_uri": "http://localhost:1/other"], ["redirect-same"]),
        ]
        for (changes, rules) in wrong {
            try await withReportServer { server, _ in
                let client = LedClient(server)
                let form = client.form(1, code: try await client.authorize(1).logIn().code)
                _ = try await client.tokens.token(form.merging(changes) { $1 }, expecting: 400)
                _ = try await client.tokens.token(form)
                #expect(try await server.failed() == rules)
            }
        }
    }

    @Test("Requests with one code that are wrong in different ways are no loop")
    func differentMistakes() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let form = client.form(1, code: try await client.authorize(1).logIn().code)
            let wrong: [[String: String?]] = [
                ["code_verifier": String(repeating: "w", count: 43)], Self.publicClient,
                ["redirect_uri": "http://localhost:1/other"],
            ]
            for changes in wrong { _ = try await client.tokens.token(form.merging(changes) { $1 }, expecting: 400) }
            _ = try await client.tokens.token(form)
            #expect(try await server.failed() == ["pkce-verifier", "redirect-same"])
        }
    }

    @Test("The same request again, which is refused again, is a loop, be it right at last or not")
    func again() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let form = client.form(1, code: try await client.authorize(1).logIn().code)
            for _ in 0..<2 {
                _ = try await client.tokens.token(form.merging(Self.publicClient) { $1 }, expecting: 400)
            }
            let tokens = try await client.tokens.token(form)
            #expect(try await server.failed() == ["code-once"])
            for _ in 0..<2 { _ = try await client.refresh(tokens.refreshToken, Self.publicClient, expecting: 400) }
            _ = try await client.refresh(tokens.refreshToken)
            #expect(try await server.failed() == ["code-once", "refresh-no-loop"])
        }
    }

    @Test("A login that works after four were denied is none")
    func denials() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await client.challenge()
            try await client.discover()
            for number in 1...4 { _ = try await client.authorize(number).submitLogin(action: "deny") }
            let tokens = try await client.logIn(5)
            _ = try await client.call(token: tokens.accessToken)
            #expect(try await server.failed() == [])
        }
    }

    @Test("A person may deny as often as he likes, and a login that is open is judged by how it ends")
    func openLogin() async throws {
        for isDenied in [true, false] {
            try await withReportServer { server, _ in
                let client = LedClient(server)
                if !isDenied { try await server.play(scenario: "access-denied") }
                try await client.challenge()
                try await client.discover()
                for number in 1...4 {
                    _ = try await client.authorize(number).submitLogin(action: isDenied ? "deny" : "approve")
                }
                let fifth = try await client.authorize(5)
                #expect(try await server.failed() == [])
                _ = try await fifth.submitLogin(action: isDenied ? "deny" : "approve")
                #expect(try await server.failed() == (isDenied ? [] : ["no-retry-storm"]))
            }
        }
    }

    @Test("A login after three whose tokens were refused fails when its token is refused, and not while it is open")
    func openLoginAfterTokens() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            _ = try await server.debug("/faults", ["fault": ["mcp": "401-once"], "times": "always"])
            for number in 1...3 { _ = try await client.call(token: client.logIn(number).accessToken) }
            let fourth = try await client.authorize(4)
            #expect(try await server.failed() == [])
            let code = try await fourth.logIn().code
            let tokens = try await client.tokens.token(client.form(4, code: code))
            #expect(try await server.failed() == [])
            _ = try await client.call(token: tokens.accessToken)
            #expect(try await server.failed() == ["no-retry-storm"])
        }
    }

    @Test("A token, a login or a session that works after three that did not is none")
    func useless() async throws {
        for kind in ["refresh", "login"] {
            try await withReportServer { server, _ in
                let client = LedClient(server)
                var tokens = try await client.logIn(1)
                _ = try await server.debug("/faults", ["fault": ["mcp": "401-once"], "times": 3])
                for number in 2...4 {
                    #expect(try await client.call(token: tokens.accessToken).status == 401)
                    tokens =
                        kind == "login"
                        ? try await client.logIn(number) : try await client.refresh(tokens.refreshToken)
                }
                #expect(try await client.call(token: tokens.accessToken).status == 200)
                #expect(try await server.failed() == [], "\(kind)")
            }
        }
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let tokens = try await client.logIn(1)
            for number in 1...4 {
                let session = try await client.open(token: tokens.accessToken)
                if number < 4 { _ = try await server.debug("/sessions/drop", ["all": true]) }
                try await client.list(in: session, token: tokens.accessToken)
            }
            #expect(try await server.failed() == [])
        }
    }

    @Test("A call or session that works again after each refusal is none, however often that happens")
    func flapping() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            let tokens = try await client.logIn(1)
            let session = try await client.open(token: tokens.accessToken)
            for status in [401, 401, 401, 401, 403, 403, 403, 403, 404, 404] {
                _ = try await server.debug("/faults", ["endpoint": "mcp", "fault": ["status": JSONValue(status)]])
                for status in [status, 200] {
                    #expect(try await client.list(in: session, token: tokens.accessToken).status == status)
                }
            }
            #expect(try await server.failed() == [])
            try await server.play(scenario: "discover-401")
            for _ in 0..<6 {
                _ = try await client.http.modern("server/discover", token: tokens.accessToken)
                _ = try await client.call(token: tokens.accessToken)
            }
            #expect(try await server.failed() == [])
        }
    }
}

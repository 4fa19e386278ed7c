import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("No rule passes for a value that is wrong")
struct RuleValueTests {
    /// An authorization request with one wrong value.
    struct Authorization: Sendable, CustomTestStringConvertible {
        let rule: String
        var changes: [String: String?] = [:]
        /// Text behind the query.
        var more = ""
        let problem: String

        var testDescription: String { problem }
    }

    private static let authorizations = [
        Authorization(rule: "response-type", more: "&response_type=token", problem: "response_type is sent 2 times."),
        Authorization(
            rule: "response-type", changes: ["response_type": nil], problem: "There is no response_type."),
        Authorization(rule: "known-client", more: "&client_id=another", problem: "client_id is sent 2 times."),
        Authorization(rule: "known-client", changes: ["client_id": nil], problem: "There is no client_id."),
        Authorization(
            rule: "registered-redirect", more: "&redirect_uri=http%3A%2F%2Flocalhost%3A1%2F",
            problem: "redirect_uri is sent 2 times."),
        Authorization(
            rule: "registered-redirect", changes: ["redirect_uri": nil], problem: "There is no redirect_uri."),
        Authorization(
            rule: "registered-redirect", changes: ["redirect_uri": "https://elsewhere.example/"],
            problem: "The redirect_uri is not registered."),
        Authorization(
            rule: "pkce-s256", changes: ["code_challenge": "12345678"],
            problem: "The code_challenge, of 8 characters, is no S256 challenge: that is 43 characters of base64url."),
        Authorization(
            rule: "pkce-s256", changes: ["code_challenge": String(repeating: "~", count: 43)],
            problem: "The code_challenge, of 43 characters, is no S256 challenge: that is 43 characters of base64url."),
        Authorization(
            rule: "pkce-s256", more: "&code_challenge=" + Flow.challenge, problem: "code_challenge is sent 2 times."),
        Authorization(rule: "state-sent", changes: ["state": ""], problem: "There is no state."),
        Authorization(rule: "state-sent", more: "&state=another", problem: "state is sent 2 times."),
        Authorization(
            rule: "resource-authorize", changes: ["resource": "https://elsewhere.example/mcp"],
            problem: "The resource is 'https://elsewhere.example/mcp', which is not this server's."),
        Authorization(
            rule: "resource-authorize", changes: ["resource": "mcp"],
            problem: "The resource is 'mcp', which is not this server's."),
    ]

    @Test("A wrong value in an authorization request is told by its own reason", arguments: authorizations)
    func authorization(mistake: Authorization) async throws {
        try await withTestServer { client, _ in
            let right: [String: String?] = ["resource": client.origin + "/mcp"]
            _ = try await client.get(Flow(client, right.merging(mistake.changes) { $1 }).target + mistake.more)
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [mistake.rule])
            #expect(report.problems(mistake.rule) == [mistake.problem])
        }
    }

    @Test("A refusal of the right client_id by a fault or scenario breaks no rule")
    func refusedOnPurpose() async throws {
        try await withTestServer { client, _ in
            _ = try await client.debug("/scenario", ["name": "client-gone"], method: "PUT")
            _ = try await client.get(Flow(client, ["resource": client.origin + "/mcp"]).target)
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("A resource of another resource server that this one knows neither passes nor fails")
    func otherResource() async throws {
        try await withTestServer({ $0.resource = ["https://files.example/mcp"] }) { client, _ in
            let flow = try await Flow(client, ["resource": "https://files.example/mcp"]).logIn()
            _ = try await flow.redeem(["resource": "https://files.example/mcp"])
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [])
            #expect(report.verdicts("NOT SEEN").contains("resource-token"))
            #expect(report.verdicts("PASS").contains("resource-same"))
        }
    }

    /// A token request with one wrong value, after a correct authorization.
    struct Redemption: Sendable, CustomTestStringConvertible {
        let rule: String
        var changes: [String: String?] = [:]
        /// Parameters behind the others.
        var more: [(String, String)] = []
        var query = ""
        let problem: String

        var testDescription: String { problem }
    }

    private static let redemptions = [
        Redemption(
            rule: "pkce-verifier", changes: ["code_verifier": "short"],
            problem: "The code_verifier is not 43 to 128 characters of A-Z, a-z, 0-9, '-', '.', '_' and '~'."),
        Redemption(
            rule: "pkce-verifier", changes: ["code_verifier": nil], problem: "There is no code_verifier."),
        Redemption(
            rule: "auth-right", changes: ["client_secret": nil],
            problem:
                "The client was not recognized. Expected: client_secret_basic (an Authorization: Basic header) or "
                + "client_secret_post (client_id and client_secret in the body). Received: none (client_id in the body, "
                + "without a secret)."),
        Redemption(
            rule: "resource-token", changes: ["resource": nil], problem: "The token request has no resource."),
        Redemption(rule: "token-form", more: [("grant_type", "x")], problem: "grant_type is sent 2 times."),
        Redemption(rule: "token-form", more: [("code", "x")], problem: "code is sent 2 times."),
        Redemption(rule: "token-form", query: "?code=x", problem: "code is in the URL of the token request."),
        Redemption(rule: "pkce-verifier", more: [("code_verifier", "x")], problem: "code_verifier is sent 2 times."),
        Redemption(
            rule: "redirect-same", more: [("redirect_uri", "http://localhost:1/")],
            problem: "redirect_uri is sent 2 times."),
    ]

    @Test("A wrong value in a token request is told by its own reason", arguments: redemptions)
    func redemption(mistake: Redemption) async throws {
        try await withTestServer { client, _ in
            let resource = client.origin + "/mcp"
            let flow = try await Flow(client, ["resource": resource]).logIn()
            let form: [String: String?] = [
                "grant_type": "authorization_code", "code": flow.code, "code_verifier": Flow.verifier,
                "redirect_uri": "http://localhost:3031/callback", "resource": resource,
                "client_id": flow.credentials.0, "client_secret": flow.credentials.1,
            ]
            let pairs = form.merging(mistake.changes) { $1 }.compactMap { name, value in value.map { (name, $0) } }
            _ = try await client.post("/token" + mistake.query, form: pairs + mistake.more)
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [mistake.rule])
            #expect(report.problems(mistake.rule) == [mistake.problem])
        }
    }

    @Test("A rule does not pass for one right value when another one was sent twice, or is a placeholder")
    func sentTwice() async throws {
        for (more, changes) in [
            ("&state=another", [:]), ("&code_challenge=" + Flow.challenge, [:]), ("", ["state": "undefined"]),
        ] as [(String, [String: String?])] {
            try await withTestServer { client, _ in
                let right: [String: String?] = ["resource": client.origin + "/mcp"]
                _ = try await client.get(Flow(client, right.merging(changes) { $1 }).target + more)
                _ = try await client.get(Flow(client, right).target)
                let fresh = more.contains("challenge") ? "pkce-fresh" : "state-fresh"
                #expect(try await client.get("/debug/report").verdicts("NOT SEEN").contains(fresh))
            }
        }
    }

    /// A message with one wrong value, in a session in which others are right.
    struct SessionMessage: Sendable, CustomTestStringConvertible {
        /// Nil where the rule is not broken, but may not pass either.
        var rule: String?
        var unseen: String?
        var body = #"{"jsonrpc":"2.0","id":7,"method":"ping"}"#
        var field = ("", "")
        var isAdded = false

        var testDescription: String { "\(rule ?? unseen ?? "") \(body) \(field)" }
    }

    private static let sessionMessages = [
        SessionMessage(rule: "version-header", field: ("MCP-Protocol-Version", "garbage")),
        SessionMessage(rule: "version-header", field: ("MCP-Protocol-Version", "2025-06-18")),
        SessionMessage(rule: "version-header", field: ("MCP-Protocol-Version", "2026-07-28")),
        SessionMessage(rule: "version-header", field: ("MCP-Protocol-Version", "2025-11-25"), isAdded: true),
        SessionMessage(rule: "json-rpc", body: #"{"jsonrpc":"2.0","method":"ping"}"#),
        SessionMessage(rule: "json-rpc", body: #"{"jsonrpc":"2.0","id":1,"method":"notifications/initialized"}"#),
        SessionMessage(rule: "json-rpc", body: #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#),
        SessionMessage(rule: "json-rpc", body: #"[{"jsonrpc":"2.0","id":7,"method":"ping"}]"#),
        SessionMessage(rule: "token-header", field: ("Authorization", "Bearer TOKEN"), isAdded: true),
        SessionMessage(rule: "accept", field: ("Accept", "application/json")),
        SessionMessage(unseen: "accept", field: ("Accept", "*/*")),
        SessionMessage(rule: "content-type", field: ("Content-Type", "text/plain")),
        SessionMessage(unseen: "content-type", field: ("Content-Type", "application/json; charset=iso-8859-1")),
        SessionMessage(rule: "token-always", unseen: "token-header", field: ("Authorization", "Token TOKEN")),
    ]

    @Test(
        "A wrong value in one message of a session keeps its rule from passing for the others",
        arguments: sessionMessages)
    func sessionMessage(_ mistake: SessionMessage) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
            let session = try await client.openSession(token: token)
            let right =
                TestClient.fields(token: token) + [
                    ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"),
                ]
            let value = mistake.field.1.replacing("TOKEN", with: token)
            let fields =
                right.filter { mistake.isAdded || $0.0 != mistake.field.0 }
                + (mistake.field.0.isEmpty ? [] : [(mistake.field.0, value)])
            func send(_ fields: [(String, String)], _ body: String) async throws {
                _ = try await client.send("POST", "/mcp", fields, body: body)
            }
            try await send(right, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            try await send(fields, mistake.body)
            try await send(right, #"{"jsonrpc":"2.0","id":8,"method":"ping"}"#)
            let report = try await client.get("/debug/report")
            #expect(report.verdicts("FAIL") == [mistake.rule].compactMap(\.self))
            if let unseen = mistake.unseen { #expect(report.verdicts("NOT SEEN").contains(unseen)) }
        }
    }

    @Test("A token request that is no form is told by what it is")
    func forms() async throws {
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        let requests: [(String, String, [(String, String)], String?, String)] = [
            ("GET", "/token?grant_type=x", [], nil, "The token request is no POST."),
            ("POST", "/token?grant_type=x", [type], "", "The parameters of the token request are in the URL."),
            ("POST", "/token", [type], "", "The form of the token request is empty."),
            ("POST", "/token", [type], "a=%zz", "The form of the token request cannot be decoded."),
        ]
        for (method, target, fields, body, problem) in requests {
            try await withTestServer { client, _ in
                _ = try await client.send(method, target, fields, body: body)
                let report = try await client.get("/debug/report")
                #expect(report.problems("token-form") == [problem])
                #expect(report.verdicts("PASS") == [])
            }
        }
    }

    @Test("A body that is no message is told by what is wrong in it, and breaks no rule of sessions")
    func messages() async throws {
        let bodies = [
            (#"[1"#, "The body is no JSON object."), (#""a""#, "The body is no JSON object."),
            (#"{"id":1,"method":"ping"}"#, #"The message has no jsonrpc of "2.0"."#),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, "The id is null; it is text or an integer."),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, "The id is the number 1.5; it is text or an integer."),
            (#"{"jsonrpc":"2.0","id":1,"method":7}"#, "The method is the number 7; it is text."),
            (#"{"jsonrpc":"2.0","id":1}"#, "The message has no method."),
            (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, "The params are an array; they are an object."),
        ]
        for (body, problem) in bodies {
            try await withTestServer { client, _ in
                let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
                _ = try await client.send("POST", "/mcp", TestClient.fields(token: token), body: body)
                let report = try await client.get("/debug/report")
                #expect(report.verdicts("FAIL") == ["json-rpc"], "\(body)")
                #expect(report.problems("json-rpc") == [problem])
            }
        }
    }

    @Test("A probe of an unknown revision breaks no rule of sessions")
    func unknownRevision() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
            let answer = try await client.legacy("tools/list", token: token, [("MCP-Protocol-Version", "2099-01-01")])
            #expect(answer.status == 400)
            #expect(try await client.get("/debug/report").verdicts("FAIL") == [])
        }
    }

    @Test("An answer to no request is told by its form")
    func answers() async throws {
        let bodies = [
            (#"{"jsonrpc":"2.0","id":"a","result":[]}"#, "The result is an array; a result is an object."),
            (#"{"jsonrpc":"2.0","id":"a","error":{"code":"x"}}"#, "The error has no code that is an integer."),
            (#"{"jsonrpc":"2.0","id":"a","result":{},"error":{"code":1}}"#, "The answer has a result and an error."),
            (#"{"jsonrpc":"2.0","result":{}}"#, "The answer has no id."),
            (#"{"jsonrpc":"2.0","id":7,"result":{}}"#, "The server sent no request with this id, the number 7."),
        ]
        for (body, problem) in bodies {
            try await withTestServer { client, _ in
                let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
                let session = try await client.openSession(token: token)
                let fields =
                    TestClient.fields(token: token) + [
                        ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"),
                    ]
                _ = try await client.send("POST", "/mcp", fields, body: body)
                let report = try await client.get("/debug/report")
                #expect(report.verdicts("FAIL") == ["asked-response"], "\(body)")
                #expect(report.problems("asked-response") == [problem])
            }
        }
    }
}

extension TestClient.Answer {
    /// The problems with a rule.
    fileprivate func problems(_ id: String) -> [String] {
        rule(id)?["problems"]?.array?.compactMap { $0.object?["problem"]?.string } ?? []
    }
}

import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Reading token responses")
struct TokenAnswerTests {
    private static func read(
        _ body: String, status: Int = 200, type: String = "application/json"
    ) throws -> TokenAnswer {
        let head = WebHead(status: status, fields: [("Content-Type", type)])
        return try TokenAnswer(
            WebResponse(head: head, body: Array(body.utf8), place: "https://as/token"), requested: Scope(["asked"]))
    }

    @Test(
        "The lifetime may be a number, a numeric string, or unusable",
        .proves(.tokenResponsesAreReadTolerantly),
        arguments: [
            ("3600", 3600), ("\"3600\"", 3600), ("3600.0", 3600), ("0", nil), ("-5", nil), ("\"soon\"", nil),
            ("null", nil), ("1e99", nil),
        ] as [(String, Int?)])
    func lifetime(_ text: String, _ seconds: Int?) throws {
        let answer = try Self.read(#"{"access_token":"t","token_type":"bearer","expires_in":\#(text),"extra":1}"#)
        #expect(answer.lifetime == seconds.map { .seconds($0) })
    }

    @Test(
        "Without a lifetime there is none, and without a scope it is the requested one",
        .proves(.tokenResponsesAreReadTolerantly))
    func absent() throws {
        let answer = try Self.read(#"{"access_token":"t","token_type":"BEARER"}"#)
        #expect(answer.lifetime == nil)
        #expect(answer.refreshToken == nil)
        #expect(answer.scope?.description == "asked")
    }

    @Test(
        "An answer without a bearer token in a document is an error, even with status 200",
        .proves(.tokenResponsesAreReadTolerantly),
        arguments: [
            #"{"access_token":"t","token_type":"DPoP"}"#, #"{"access_token":"t"}"#, #"{"token_type":"Bearer"}"#,
            #"{"error":"bad_verification_code","access_token":"t","token_type":"Bearer"}"#, "<html>", "[]", "",
        ])
    func refused(_ body: String) {
        #expect(throws: ClientError.self) { try Self.read(body) }
    }

    @Test(
        "Tokens with another status of success are taken", .proves(.tokenResponsesAreReadTolerantly),
        arguments: [201, 203])
    func otherSuccess(_ status: Int) throws {
        let answer = try Self.read(#"{"access_token":"t","token_type":"Bearer","refresh_token":"r"}"#, status: status)
        #expect(answer.refreshToken?.reveal() == "r" && answer.status == status)
    }

    @Test(
        "A token that no header can carry is refused", arguments: ["\\r\\nX: y", "\\u0000", "\\u001b[31m", "\\u007f"])
    func control(_ text: String) {
        let error = #expect(throws: ClientError.self) {
            try Self.read(#"{"access_token":"secret-1\#(text)","token_type":"Bearer"}"#)
        }
        #expect(
            error?.problem.contains("control character") == true && error?.description.contains("secret-1") == false)
    }

    @Test(
        "A page in place of a document is quoted by status and first words, unless it may hold tokens",
        .proves(.tokenResponsesAreReadTolerantly))
    func page() {
        let failed = #expect(throws: ClientError.self) { try Self.read("<h1>Oops\u{1B}[31m</h1>", status: 500) }
        #expect(failed?.kind == .network)
        #expect(failed?.problem.contains("500") == true && failed?.problem.contains("Oops") == true)
        #expect(failed?.problem.contains("\u{1B}") == false)
        let leaking = #expect(throws: ClientError.self) { try Self.read("access_token=secret-1") }
        #expect(leaking?.description.contains("secret-1") == false)
    }

    @Test(
        "A body that is not a document is described", .proves(.tokenResponsesAreReadTolerantly),
        arguments: [
            ("access_token=secret-1&token_type=bearer", "application/x-www-form-urlencoded", 200, "a form"),
            ("access_token=secret-1&token_type=bearer", "text/plain", 200, "a form"),
            ("[{\"access_token\":\"secret-1\"}]", "application/json", 200, "a JSON array"),
            ("\"secret-1\"", "application/json", 201, "JSON that is no object"),
            ("{\"access_token\":\"secret-1", "application/json", 200, "not JSON"),
            ("<html>secret-1</html>", "text/html; charset=utf-8", 200, "an HTML page"), ("", "", 200, "nothing"),
            ("error=invalid_grant", "application/x-www-form-urlencoded", 400, "a form"),
            ("[{\"error\":\"invalid_grant\"}]", "application/json", 400, "a JSON array"),
            ("{}", "application/json", 500, "a JSON object"), ("gone fishing", "text/plain", 404, "text"),
        ])
    func forms(_ body: String, _ type: String, _ status: Int, _ words: String) {
        let error = #expect(throws: ClientError.self) { try Self.read(body, status: status, type: type) }
        let said = error?.description ?? ""
        #expect(said.contains("status \(status)") && said.contains(words) && !said.contains("secret-1"), "\(said)")
        #expect(error?.problem.hasSuffix(":") == false)
    }

    @Test("The error for a redirect that is not followed names its target")
    func redirect() {
        let head = WebHead(status: 301, fields: [("Location", "https://as/login?session=secret-1")])
        let error = WebResponse(head: head, body: [], place: "https://as/token").refusal
        #expect(
            error.problem
                == "https://as/token answered with status 301, which redirects to https://as/login and sent nothing.")
    }

    @Test(
        "An empty text counts as absent: no refresh token, no scope, no error",
        .proves(.tokenResponsesAreReadTolerantly))
    func empty() throws {
        let answer = try Self.read(
            #"{"access_token":"t","token_type":"Bearer","refresh_token":"","scope":"","error":"","expires_in":""}"#)
        #expect(answer.refreshToken == nil && answer.scope?.description == "asked" && answer.lifetime == nil)
        for odd in ["true", "[]", "{}", "\"1h\"", "1e999", "-1e999"] {
            #expect(try Self.read(#"{"access_token":"t","token_type":"Bearer","expires_in":\#(odd)}"#).lifetime == nil)
        }
        #expect(
            try Self.read(#"{"access_token":"t","token_type":"Bearer","refresh_token":7,"scope":["a"]}"#).refreshToken
                == nil)
        let refused = #expect(throws: ClientError.self) {
            try Self.read(#"{"error":"invalid_grant","error_description":""}"#, status: 400)
        }
        #expect(refused?.problem == "https://as/token answered invalid_grant.")
    }

    @Test("An empty refresh token is neither stored nor sent", .proves(.missingRefreshTokenMeansLogin))
    func emptyRefreshToken() async throws {
        try await ScriptedServer.run { server in
            server.serve("/token") { _ in
                .json(["access_token": "access-1", "token_type": "Bearer", "refresh_token": ""])
            }
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                #expect(try await access.tokens()?.refreshToken == nil)
                #expect(try await access.refresh(insteadOf: nil, isForced: true) == nil)
                // In the format of an earlier version.
                var document = try #require(try await access.tokens()).document
                document["refresh_token"] = ""
                #expect(StoredTokens(document)?.refreshToken == nil)
                #expect(server.requests(to: "/token").count == 1)
            }
        }
    }

    @Test("A byte order mark before a document is ignored")
    func byteOrderMark() async throws {
        try await ScriptedServer.run { server in
            let paths = [
                "/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server", "/token",
                "/mcp",
            ]
            for path in paths {
                server.serve(path) { asked in
                    let response = try await server.honest(asked)
                    guard case .bytes(let bytes) = response.body, !bytes.isEmpty else { return response }
                    return HTTPResponse(
                        response.status,
                        fields: HTTPFields([("Content-Type", "application/json, application/json")]),
                        body: .bytes([0xEF, 0xBB, 0xBF] + bytes))
                }
            }
            try await Bench.run { bench in
                let (tools, _) = try await bench.connection(server.mcpURL).tools()
                #expect(tools.map(\.name) == ["echo"])
            }
        }
    }

    @Test(
        "Secrets that a server repeats in a refusal are not shown",
        .proves(.clientPrintsNoSecret, .tokenResponsesAreReadTolerantly))
    func repeatedSecrets() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for asDocument in [true, false] {
                    server.serve("/token") { asked in
                        let sent = String(decoding: asked.request.body, as: UTF8.self)
                        return asDocument
                            ? .json(
                                ["error": "invalid_grant", "error_description": .string(sent)], status: .badRequest)
                            : .html(asked.form.values(.code).joined() + sent, status: .badRequest)
                    }
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    let error = await failure { _ = try await access.authorize() }
                    let verifier = try #require(server.requests(to: "/token").last).form.values(.codeVerifier).joined()
                    let said = "\(error as Any)"
                    #expect(
                        said.contains("<redacted>") && !said.contains("a-code") && !said.contains(verifier), "\(said)")
                }
            }
        }
    }
}

import HTTPEdge
import MCP
import OAuth
import TestSupport
import Testing

@testable import MCPClient

@Suite("Reading token responses")
struct TokenAnswerTests {
    private static func read(_ body: String, status: Int = 200) throws -> TokenAnswer {
        let head = WebHead(status: status, fields: [("Content-Type", "application/json")])
        return try TokenAnswer(
            WebResponse(head: head, body: Array(body.utf8)), requested: Scope(["asked"]), at: "https://as/token")
    }

    @Test(
        "The lifetime is advice: a number, a numeric string, or nothing that can be used", .proves(.l24),
        arguments: [
            ("3600", 3600), ("\"3600\"", 3600), ("3600.0", 3600), ("0", nil), ("-5", nil), ("\"soon\"", nil),
            ("null", nil), ("1e99", nil),
        ] as [(String, Int?)])
    func lifetime(_ text: String, _ seconds: Int?) throws {
        let answer = try Self.read(#"{"access_token":"t","token_type":"bearer","expires_in":\#(text),"extra":1}"#)
        #expect(answer.lifetime == seconds.map { .seconds($0) })
    }

    @Test("Without a lifetime or a scope there is none, or what was asked for", .proves(.l24))
    func absent() throws {
        let answer = try Self.read(#"{"access_token":"t","token_type":"BEARER"}"#)
        #expect(answer.lifetime == nil)
        #expect(answer.refreshToken == nil)
        #expect(answer.scope?.description == "asked")
    }

    @Test(
        "What is not a bearer token in a document is an error, with status 200 too", .proves(.l24),
        arguments: [
            #"{"access_token":"t","token_type":"DPoP"}"#, #"{"access_token":"t"}"#, #"{"token_type":"Bearer"}"#,
            #"{"error":"bad_verification_code","access_token":"t","token_type":"Bearer"}"#, "<html>", "[]", "",
        ])
    func refused(_ body: String) {
        #expect(throws: ClientError.self) { try Self.read(body) }
    }

    @Test(
        "A page instead of a document is told by its status and first words, but not when it may hold tokens",
        .proves(.l24))
    func page() {
        let failed = #expect(throws: ClientError.self) { try Self.read("<h1>Oops\u{1B}[31m</h1>", status: 500) }
        #expect(failed?.kind == .network)
        #expect(failed?.problem.contains("500") == true && failed?.problem.contains("Oops") == true)
        #expect(failed?.problem.contains("\u{1B}") == false)
        let leaking = #expect(throws: ClientError.self) { try Self.read("access_token=secret-1") }
        #expect(leaking?.description.contains("secret-1") == false)
    }

    @Test("A server that repeats what it refuses makes nothing of it visible", .proves(.l22, .l24))
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

import HTTPEdge
import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import MCPClient

@Suite("The doctor")
struct DoctorTests {
    private static let issuer = "/.well-known/oauth-authorization-server"
    private static let path = "/.well-known/oauth-protected-resource/mcp"

    private static func examine(_ server: String, _ bench: Bench) async throws -> Diagnosis {
        try await Doctor(server: server, web: bench.web, agent: bench.person, client: Bench.client).examine()
    }

    @Test("Our server is healthy, and every check is made")
    func healthy() async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                let diagnosis = try await Self.examine(server.mcpURL, bench)
                #expect(diagnosis.isHealthy, "\(diagnosis.text)")
                #expect(diagnosis.findings.map(\.check) == DoctorCheck.allCases)
                #expect(diagnosis.findings.allSatisfy { $0.outcome == .passed }, "\(diagnosis.text)")
                #expect(!bench.trace.text.contains("demo_password"))
            }
        }
    }

    @Test("Without a login only the public part is checked, and no check fails")
    func outside() async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                let diagnosis = try await Doctor(
                    server: server.mcpURL, web: bench.web, agent: nil, client: Bench.client
                ).examine()
                #expect(diagnosis.isHealthy && diagnosis.obstacle == nil)
                let seen = diagnosis.findings.filter { $0.outcome == .passed }.map(\.check)
                #expect(seen.contains(.authMethods) && seen.contains(.badToken) && !seen.contains(.token))
                #expect(diagnosis.findings.first { $0.check == .token }?.because == .login)
            }
        }
    }

    /// One peculiarity of an otherwise correct server, and the finding about it.
    struct Oddity: Sendable, CustomTestStringConvertible {
        var outcome = Diagnosis.Outcome.failed
        let check: DoctorCheck
        let path: String
        let script: @Sendable (ScriptedServer, ScriptedServer.Asked) async throws -> HTTPResponse
        var testDescription: String { "\(outcome) \(check)" }
    }

    private static func document(
        _ check: DoctorCheck, _ member: String, _ value: JSONValue?, at path: String = issuer,
        _ outcome: Diagnosis.Outcome = .failed
    ) -> Oddity {
        Oddity(outcome: outcome, check: check, path: path) { server, _ in
            var document =
                path == issuer
                ? ScriptedServer.issuerMetadata(server.origin) : ScriptedServer.resourceMetadata(server.origin)
            document[member] = value.map { value in
                value.string.map { .string($0.replacing("ORIGIN", with: server.origin)) } ?? value
            }
            return .json(document)
        }
    }

    /// A token endpoint that is correct except for one grant type.
    private static func token(
        _ check: DoctorCheck, _ outcome: Diagnosis.Outcome = .failed, for grant: String = "authorization_code",
        answer: @escaping @Sendable (ScriptedServer) -> HTTPResponse
    ) -> Oddity {
        Oddity(outcome: outcome, check: check, path: "/token") { server, asked in
            let isMeant = asked.form.values(.grantType) == [grant] && ["a-code", nil].contains(asked.code)
            return isMeant ? answer(server) : try await server.honest(asked)
        }
    }

    private static func tokens(_ member: String, _ value: JSONValue?) -> @Sendable (ScriptedServer) -> HTTPResponse {
        { server in
            var tokens = server.tokens()
            tokens[member] = value
            return .json(tokens)
        }
    }

    static let oddities = [
        document(.issuer, "issuer", "ORIGIN/"), document(.issuer, "issuer", "https://other"),
        document(.pkce, "code_challenge_methods_supported", nil),
        document(.endpoints, "token_endpoint", nil), document(.endpoints, "token_endpoint", "http://example.com/token"),
        document(.authMethods, "token_endpoint_auth_methods_supported", ["private_key_jwt"]),
        document(.authMethods, "token_endpoint_auth_methods_supported", nil, .note),
        document(.issuerParameter, "authorization_response_iss_parameter_supported", "true"),
        document(.registration, "registration_endpoint", .null),
        document(.resource, "resource", "ORIGIN", at: path), document(.scopes, "scopes_supported", [], at: path),
        Oddity(check: .issuerMetadata, path: issuer) { _, _ in HTTPResponse(.notFound) },
        Oddity(check: .challenge, path: "/mcp") { server, asked in
            asked.token == nil || asked.token == "not-a-token"
                ? HTTPResponse(.forbidden) : try await server.honest(asked)
        },
        Oddity(check: .resourceMetadataURL, path: "/mcp") { server, asked in
            asked.token == nil
                ? server.challenge("resource_metadata=\"\(path)\"") : try await server.honest(asked)
        },
        Oddity(check: .badToken, path: "/mcp") { server, asked in
            asked.token == "not-a-token" ? ScriptedServer.mcp(asked) : try await server.honest(asked)
        },
        Oddity(check: .modern, path: "/mcp") { server, asked in
            asked.method == "server/discover" && asked.token != nil
                ? HTTPResponse(.internalServerError) : try await server.honest(asked)
        },
        Oddity(check: .responseIssuer, path: "/authorize") { server, asked in
            server.authorize(asked, ["iss": "https://other"])
        },
        Oddity(check: .state, path: "/authorize") { server, asked in server.authorize(asked, ["state": nil]) },
        Oddity(check: .login, path: "/authorize") { server, asked in
            server.authorize(asked, ["code": nil, "error": "server_error"])
        },
        Oddity(outcome: .note, check: .login, path: "/authorize") { server, asked in
            server.authorize(asked, ["code": nil, "error": "access_denied"])
        },
        Oddity(check: .tokenErrors, path: "/token") { _, _ in .json(["error": "invalid_grant"]) },
        Oddity(check: .tokenErrors, path: "/token") { _, _ in .html("<h1>down</h1>", status: .internalServerError) },
        Oddity(check: .tokenErrors, path: "/token") { server, _ in .json(server.tokens()) },
        Oddity(outcome: .note, check: .client, path: "/token") { _, _ in
            .json(["error": "invalid_client"], status: .unauthorized)
        },
        Oddity(check: .tokenMethods, path: "/token") { server, asked in
            asked.form.values(.clientSecret) == []
                ? .json(["error": "invalid_client"], status: .unauthorized) : try await server.honest(asked)
        },
        token(.token) { _ in .json(["error": "invalid_grant"], status: .badRequest) },
        token(.tokenLifetime, .note, answer: tokens("expires_in", nil)),
        token(.tokenLifetime, answer: tokens("expires_in", "3600")),
        token(.tokenLifetime, answer: tokens("expires_in", 0)),
        token(.refresh, .note, answer: tokens("refresh_token", nil)),
        token(.refresh, for: "refresh_token") { _ in .json(["error": "invalid_request"], status: .badRequest) },
        token(.refresh, .note, for: "refresh_token") { _ in .json(["error": "invalid_grant"], status: .badRequest) },
        Oddity(check: .refreshScope, path: "/token") { server, asked in
            let scope = asked.form.values(.grantType) == ["refresh_token"] ? "a" : "a b"
            return !["a-code", nil].contains(asked.code)
                ? try await server.honest(asked) : .json(server.tokens(scope: scope))
        },
        Oddity(check: .revocation, path: "/revoke") { _, _ in HTTPResponse(.internalServerError) },
    ]

    @Test("A peculiarity of a server is reported once, by its own check", arguments: oddities)
    func odd(_ oddity: Oddity) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let before = Self.said(try await Self.examine(server.mcpURL, bench))
                server.serve(oddity.path) { [unowned server] in try await oddity.script(server, $0) }
                let diagnosis = try await Self.examine(server.mcpURL, bench)
                let new = Self.said(diagnosis).subtracting(before)
                #expect(new == ["\(oddity.outcome) \(oddity.check)"], "\(diagnosis.text)")
            }
        }
    }

    /// The failures and notes.
    ///
    /// The scripted server supports the newest revision only and has no pages, and that is noted too.
    private static func said(_ diagnosis: Diagnosis) -> Set<String> {
        Set(
            diagnosis.findings.filter { [.failed, .note].contains($0.outcome) }.map { "\($0.outcome) \($0.check)" })
    }

    @Test("A server without metadata gets one finding, and so does one that needs no token")
    func nothing() async throws {
        try await ScriptedServer.run { server in
            for document in [Self.path, Self.issuer] { server.serve(document) { _ in HTTPResponse(.notFound) } }
            try await Bench.run { bench in
                let failures: (Diagnosis) -> [DoctorCheck] = {
                    $0.findings.filter { $0.outcome == .failed }.map(\.check)
                }
                #expect(failures(try await Self.examine(server.mcpURL, bench)) == [.resourceMetadata])
                server.serve("/mcp") { ScriptedServer.mcp($0) }
                let diagnosis = try await Self.examine(server.mcpURL, bench)
                #expect(failures(diagnosis) == [.challenge], "\(diagnosis.text)")
                #expect(diagnosis.findings.first { $0.check == .issuerMetadata }?.because == .challenge)
            }
        }
    }

    @Test("A token that expires early is detected without introspection, and explains the failures it caused")
    func earlyEnd() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { [unowned server] asked in
                let shown = server.requests(to: "/mcp").count { $0.token?.hasPrefix("access") == true }
                return asked.token != nil && shown > 1
                    ? server.challenge("error=\"invalid_token\"") : try await server.honest(asked)
            }
            try await Bench.run { bench in
                let diagnosis = try await Self.examine(server.mcpURL, bench)
                let failed = diagnosis.findings.filter { $0.outcome == .failed }.map(\.check)
                #expect(failed == [.tokenLifetime], "\(diagnosis.text)")
                #expect(diagnosis.findings.first { $0.check == .modern }?.because == .tokenLifetime)
            }
        }
    }

    @Test("Only tools that declare themselves read-only are called")
    func careful() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let diagnosis = try await Self.examine(server.mcpURL, bench)
                #expect(diagnosis.findings.first { $0.check == .toolCall }?.outcome == .skipped)
                let called = server.requests(to: "/mcp").filter { $0.method == "tools/call" }
                // One call, of an unknown tool, with an invalid token.
                #expect(called.map(\.token) == ["not-a-token"])
            }
        }
    }

    @Test("Each format of the report has an entry per check")
    func forms() {
        var diagnosis = Diagnosis()
        diagnosis.fail(.issuer, "'a&b', expected '<c>'")
        diagnosis.note(.cors, "nobody")
        diagnosis.finish()
        #expect(!diagnosis.isHealthy)
        #expect(diagnosis.text.split(separator: "\n").count == DoctorCheck.allCases.count)
        #expect(diagnosis.text.contains("FAIL issuer"))
        #expect(diagnosis.text.contains("Affected clients: opencode"))
        #expect(diagnosis.text.contains("NOTE cors"))
        #expect(diagnosis.text.contains("skip exposed-headers"))
        #expect(diagnosis.document["healthy"] == false && diagnosis.document["complete"] == true)
        let findings = diagnosis.document["findings"]?.array?.compactMap(\.object) ?? []
        #expect(findings.count == DoctorCheck.allCases.count)
        let hidden = findings.first { $0["check"] == "exposed-headers" }
        #expect(hidden?["outcome"] == "skipped" && hidden?["because"] == "cors")
        #expect(diagnosis.junit.contains("failures=\"1\" skipped=\"\(DoctorCheck.allCases.count - 2)\""))
        #expect(diagnosis.junit.contains("<failure message=\"'a&amp;b', expected '&lt;c&gt;' (RFC 8414 §3.3)."))
        #expect(diagnosis.junit.contains("<skipped message=\"because of cors"))
        #expect(diagnosis.junit.contains("<system-out>NOTE nobody (Fetch, CORS protocol). Affected clients: "))
    }
}

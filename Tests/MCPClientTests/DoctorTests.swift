import HTTPEdge
import MCP
import OAuth
import StaticAuthServer
import TestSupport
import Testing

@testable import MCPClient

@Suite("The doctor")
struct DoctorTests {
    private static let issuer = "/.well-known/oauth-authorization-server"
    private static let path = "/.well-known/oauth-protected-resource/mcp"

    private static func examine(_ server: String, _ bench: Bench) async throws -> Diagnosis {
        try await Doctor(server: server, web: bench.web, agent: bench.person, client: Bench.client).examine()
    }

    private static func failures(_ diagnosis: Diagnosis) -> Set<DoctorCheck> {
        Set(diagnosis.findings.filter { $0.outcome == .failed }.map(\.check))
    }

    @Test("Our server is healthy, and every check but none is looked at")
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

    /// One defect of a server that is honest otherwise, and the check that has to find it.
    struct Defect: Sendable, CustomTestStringConvertible {
        let check: DoctorCheck
        let path: String
        let script: @Sendable (ScriptedServer, ScriptedServer.Asked) async throws -> HTTPResponse
        var testDescription: String { "\(check)" }
    }

    private static func document(
        _ check: DoctorCheck, _ member: String, _ value: JSONValue?, at path: String = issuer
    ) -> Defect {
        Defect(check: check, path: path) { server, _ in
            var document =
                path == issuer
                ? ScriptedServer.issuerMetadata(server.origin) : ScriptedServer.resourceMetadata(server.origin)
            document[member] = value.map { value in
                value.string.map { .string($0.replacing("ORIGIN", with: server.origin)) } ?? value
            }
            return .json(document)
        }
    }

    static let defects = [
        document(.issuer, "issuer", "ORIGIN/"), document(.issuer, "issuer", "https://other"),
        document(.pkce, "code_challenge_methods_supported", nil),
        document(.authMethods, "token_endpoint_auth_methods_supported", ["private_key_jwt"]),
        document(.issuerParameter, "authorization_response_iss_parameter_supported", "true"),
        document(.registration, "registration_endpoint", .null),
        document(.resource, "resource", "ORIGIN", at: path), document(.scopes, "scopes_supported", [], at: path),
        Defect(check: .issuerMetadata, path: issuer) { _, _ in HTTPResponse(.notFound) },
        Defect(check: .challenge, path: "/mcp") { server, asked in
            asked.token == nil ? HTTPResponse(.unauthorized) : try await server.honest(asked)
        },
        Defect(check: .resourceMetadataURL, path: "/mcp") { server, asked in
            asked.token == nil ? server.challenge("realm=\"x\"") : try await server.honest(asked)
        },
        Defect(check: .authorizationResponse, path: "/authorize") { server, asked in
            server.authorize(asked, ["iss": "https://other"])
        },
        Defect(check: .token, path: "/token") { _, _ in .json(["error": "invalid_grant"]) },
        Defect(check: .token, path: "/token") { _, _ in .html("<h1>down</h1>", status: .internalServerError) },
        Defect(check: .tokenLifetime, path: "/token") { server, _ in
            var tokens = server.tokens()
            tokens["expires_in"] = nil
            return .json(tokens)
        },
        Defect(check: .refresh, path: "/token") { server, asked in
            asked.form.values(.grantType) == ["refresh_token"]
                ? .json(["error": "invalid_grant"], status: .badRequest) : .json(server.tokens())
        },
        Defect(check: .refreshScope, path: "/token") { server, asked in
            .json(server.tokens(scope: asked.form.values(.grantType) == ["refresh_token"] ? "a" : "a b"))
        },
        Defect(check: .tokenMethods, path: "/token") { server, asked in
            asked.form.values(.clientSecret) == []
                ? .json(["error": "invalid_client"], status: .unauthorized) : .json(server.tokens())
        },
    ]

    @Test("A planted defect is found by its own check", arguments: defects)
    func planted(_ defect: Defect) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let healthy = Self.failures(try await Self.examine(server.mcpURL, bench))
                #expect(!healthy.contains(defect.check))
                server.serve(defect.path) { [unowned server] in try await defect.script(server, $0) }
                let found = Self.failures(try await Self.examine(server.mcpURL, bench))
                #expect(found.contains(defect.check), "\(found)")
            }
        }
    }

    @Test("The report has a line a check in each form")
    func forms() {
        var diagnosis = Diagnosis()
        diagnosis.add(.issuer, .failed, "'a&b', expected '<c>'")
        diagnosis.finish()
        #expect(!diagnosis.isHealthy)
        #expect(diagnosis.text.split(separator: "\n").count == DoctorCheck.allCases.count)
        #expect(diagnosis.text.contains("FAIL issuer"))
        #expect(diagnosis.text.contains("Known to stumble: opencode"))
        #expect(diagnosis.document["healthy"] == false)
        #expect(diagnosis.document["findings"]?.array?.count == DoctorCheck.allCases.count)
        #expect(diagnosis.junit.contains("failures=\"1\""))
        #expect(diagnosis.junit.contains("<failure message=\"'a&amp;b', expected '&lt;c&gt;' (RFC 8414 §3.3)\"/>"))
    }
}

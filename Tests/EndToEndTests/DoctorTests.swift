import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

/// The doctor against every scenario of the server: it finds the scenario's deviation, and nothing else.
@Suite("The doctor and the scenarios")
struct DoctorTests {
    /// The doctor's expected findings in one scenario.
    struct Row: Sendable, CustomTestStringConvertible {
        let scenario: String
        /// `failed` where the server violates a specification, `note` where it uses a freedom; nil for neither.
        let outcome: String?
        let check: String
        /// A part of the finding's text.
        let seen: String
        /// The doctor's exit code.
        let code: Int32
        /// Further options of the doctor.
        let options: [String]

        var testDescription: String { scenario }

        private init(
            _ scenario: String, _ outcome: String?, _ check: String, _ seen: String, code: Int32, _ options: [String]
        ) {
            (self.scenario, self.outcome, self.check, self.seen) = (scenario, outcome, check, seen)
            (self.code, self.options) = (code, options)
        }

        static func fails(_ scenario: String, _ check: String, _ seen: String) -> Row {
            Row(scenario, "failed", check, seen, code: 1, [])
        }

        /// - Parameter code: other than 0 where the doctor cannot continue.
        static func notes(
            _ scenario: String, _ check: String, _ seen: String, code: Int32 = 0, _ options: [String] = []
        ) -> Row {
            Row(scenario, "note", check, seen, code: code, options)
        }

        /// - Parameter why: the reason why there is nothing to find.
        static func isHealthy(_ scenario: String, why: String) -> Row { Row(scenario, nil, "", why, code: 0, []) }
    }

    static let rows: [Row] = [
        .fails("issuer-slash", "issuer", "/', expected 'http://"),
        .fails("issuer-mismatch", "issuer", "'https://issuer.example.com', expected"),
        .fails("prm-missing", "resource-metadata", "there is none at"),
        .notes("prm-root-only", "resource-metadata-places", "only the root"),
        .notes("prm-path-only", "resource-metadata-places", "only the one with the path"),
        .fails("prm-resource-mismatch", "resource", "/mcp"),
        .notes("no-resource-metadata", "resource-metadata-places", "at both well-known places"),
        .notes("as-path-suffix", "issuer-metadata", "the issuer has a path"),
        .notes("as-openid-only", "issuer-metadata", "OpenID Connect"),
        .fails("wellknown-html", "well-known-type", "200 without JSON"),
        .notes("no-cors", "cors", "allows nothing"),
        .notes("no-expose", "exposed-headers", "www-authenticate, mcp-session-id"),
        .notes("register-advertised-403", "registration", "refuses everyone with status 403"),
        .notes("auth-basic-only", "auth-methods", "only client_secret_basic"),
        .notes("auth-post-only", "auth-methods", "only client_secret_post"),
        .notes("auth-none", "auth-methods", "only none"),
        .fails("auth-methods-lie", "token-methods", "refused: client_secret_basic; works: client_secret_post"),
        .fails("redirect-strict", "redirect-port", "status 400"),
        .notes("client-gone", "client", "invalid_client", code: 77),
        .fails("iss-wrong", "response-issuer", "https://issuer.example.com"),
        .fails("iss-missing", "response-issuer", "lacks iss"),
        .fails("iss-normalized", "response-issuer", "'HTTP://"),
        .fails("state-drop", "state", "wrong or missing"),
        .notes("access-denied", "login", "access_denied", code: 77),
        .fails("code-expired", "token", "has expired"),
        .fails("code-replay", "token", "had been used before"),
        .fails("token-200-error", "token-errors", "status 200 and invalid_grant"),
        .fails("token-html-500", "token-errors", "status 500 and no error"),
        .notes("token-slow", "token-time", "within 5 seconds", code: 69, ["--timeout", "5"]),
        .fails("token-drop", "token-errors", "closed the connection"),
        .notes("refresh-invalid-grant", "refresh", "invalid_grant"),
        .fails("refresh-wrong-code", "refresh", "invalid_request"),
        .notes("refresh-rotate-strict", "refresh-reuse", "the one that replaced it stays good"),
        .notes("refresh-rotate-grace", "refresh-reuse", "works a second time"),
        .isHealthy("refresh-family-revoke", why: "this is what the server does by default"),
        .notes("refresh-none", "refresh", "there is no refresh token"),
        .fails("refresh-scope-drop", "refresh-scope", "before 'user elevated', after 'user'"),
        .fails("expires-lie", "token-lifetime", "expires_in is 3600, introspection says 5"),
        .notes("expires-missing", "token-lifetime", "expires_in is missing"),
        .fails("expires-zero", "token-lifetime", "expires_in is 0"),
        .fails("expires-string", "token-lifetime", "the string '3600'"),
        .notes("resource-required", "resource-parameter", "without resource gets invalid_target"),
        .fails("resource-reject", "resource-parameter", "with resource gets invalid_target"),
        .fails("resource-slash", "resource", "/mcp/, expected"),
        .notes("scope-absent", "scopes", "neither the challenge nor the metadata"),
        .fails("scope-empty-list", "scopes", "empty lists: scopes_supported"),
        .notes("step-up", "scope-challenge", "demands 'elevated' of a token with 'user'"),
        .notes("step-up-loop", "step-up", "asking again is no use"),
        .notes("401-once", "fresh-token", "status 401, the next one"),
        .fails("403-always", "fresh-token", "status 403"),
        .fails("401-as-200", "bad-token", "status 200"),
        .fails("discover-401", "mcp-2026-07-28", "refuses the Authorization header"),
        .notes("session-404", "session", "status 404"),
        .fails("session-400", "ended-session", "status 400"),
    ]

    @Test("In each scenario the doctor finds exactly its deviation", arguments: rows)
    func scenario(_ row: Row) async throws {
        let (server, ready) = try await Binary.ready(["--scenario", row.scenario])
        let outcome = try await Self.examine(try #require(ready.string("mcp_url")), row.options)
        let left = try await TestClient(port: try ready.port).send(
            "POST", "/debug/tokens/revoke", [("Content-Type", "application/json")], body: #"{"all": true}"#)
        withExtendedLifetime(server) {}
        #expect(outcome.code == row.code, "\(outcome.errors)")
        let findings = outcome.json["findings"]?.array?.compactMap(\.object) ?? []
        let said = findings.filter { ["failed", "note"].contains($0["outcome"]?.string) }
        #expect(said.compactMap { $0["outcome"]?.string } == [row.outcome].compactMap { $0 }, "\(said)")
        #expect(said.allSatisfy { $0["check"]?.string == row.check }, "\(said)")
        #expect(said.allSatisfy { $0["seen"]?.string?.contains(row.seen) == true }, "\(said)")
        // Every skipped check was skipped for that reason.
        let skipped = findings.filter { $0["outcome"] == "skipped" }
        #expect(skipped.allSatisfy { $0["because"]?.string == row.check }, "\(skipped)")
        // The doctor has revoked every token that it got.
        let isTold = findings.contains { $0["check"] == "revocation" && $0["outcome"] == "passed" }
        if isTold { #expect(left.json["revoked"] == 0) }
    }

    @Test("There is a row for every scenario of the server")
    func complete() async throws {
        let (server, ready) = try await Binary.ready()
        let list = try await TestClient(port: try ready.port).get("/debug/scenarios").json["scenarios"]?.array
        withExtendedLifetime(server) {}
        let names = list?.compactMap { $0.object?["name"]?.string } ?? []
        #expect(!names.isEmpty)
        #expect(Self.rows.map(\.scenario).sorted() == names.sorted())
    }

    @Test(
        "The normal server passes every check, also with unusual settings",
        arguments: [[], ["--refresh", "reuse"], ["--access-token-ttl", "10"], ["--post-responses", "sse"]])
    func healthy(_ options: [String]) async throws {
        let (server, ready) = try await Binary.ready(options)
        let outcome = try await Self.examine(try #require(ready.string("mcp_url")), [])
        withExtendedLifetime(server) {}
        #expect(outcome.code == 0, "\(outcome.errors)")
        let findings = outcome.json["findings"]?.array?.compactMap { $0.object } ?? []
        #expect(!findings.isEmpty)
        #expect(findings.allSatisfy { $0["outcome"] == "passed" }, "\(findings)")
    }

    private static func examine(_ url: String, _ options: [String]) async throws -> ClientBinary.Outcome {
        let client = try ClientBinary()
        return try await client.run(
            ["doctor", url, "--output", "json"] + ClientBinary.headless + options, input: "demo_password\n",
            environment: ClientBinary.secret)
    }
}

import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Checking the authorization response")
struct CallbackCheckTests {
    private static let issuer = "http://127.0.0.1:1"

    private static func attempt(namesIssuer: Bool = true) throws -> AuthorizationAttempt {
        var document = ScriptedServer.issuerMetadata(issuer)
        document["authorization_response_iss_parameter_supported"] = .bool(namesIssuer)
        let server = try AddressCheck.server("\(issuer)/mcp")
        return AuthorizationAttempt(
            issuer: try IssuerMetadata(document, for: issuer, check: AddressCheck(server: server)),
            client: ClientIdentity(id: "c"), redirectURI: "http://127.0.0.1:2/callback", resource: "\(issuer)/mcp",
            scope: nil)
    }

    private static func judge(_ attempt: AuthorizationAttempt, _ query: String) throws -> Secret {
        let answer = try FormParameters(
            decoding: query.replacing("STATE", with: attempt.state.reveal()).utf8)
        return try CallbackCheck(attempt: attempt).code(answer)
    }

    @Test("iss is compared as the table of RFC 9207 says", .proves(.answerIsCheckedInOrder, .wrongIssuerHidesTheAnswer))
    func table() throws {
        let (promised, silent) = (try Self.attempt(), try Self.attempt(namesIssuer: false))
        let right = "code=c&state=STATE&iss=http%3A%2F%2F127.0.0.1%3A1"
        #expect(try Self.judge(promised, right).reveal() == "c")
        #expect(try Self.judge(silent, right).reveal() == "c")
        #expect(try Self.judge(silent, "code=c&state=STATE").reveal() == "c")
        #expect(throws: ClientError.self) { try Self.judge(promised, "code=c&state=STATE") }
        for wrong in ["http://127.0.0.1:1/", "HTTP://127.0.0.1:1", "http://127.0.0.1:01", "https://other"] {
            for attempt in [promised, silent] {
                #expect(throws: ClientError.self, "\(wrong)") {
                    try Self.judge(attempt, "code=c&state=STATE&iss=\(wrong)")
                }
            }
        }
    }

    @Test(
        "An answer with a wrong state or issuer is not shown, not even its error",
        .proves(.answerIsCheckedInOrder, .wrongIssuerHidesTheAnswer))
    func order() throws {
        let attempt = try Self.attempt()
        for query in [
            "error=access_denied&error_description=secret-text&state=other&iss=\(Self.issuer)",
            "error=access_denied&error_description=secret-text&iss=\(Self.issuer)",
            "error=access_denied&error_description=secret-text&state=STATE&iss=https://other",
            "error=access_denied&error_description=secret-text&state=STATE",
            "code=secret-text&code=b&state=STATE&iss=\(Self.issuer)", "code=secret-text&state=STATE&state=STATE",
            "code=secret-text&state=STATE&iss=\(Self.issuer)&iss=\(Self.issuer)",
        ] {
            let error = #expect(throws: ClientError.self) { try Self.judge(attempt, query) }
            let text = error?.description ?? ""
            #expect(!text.contains("secret-text") && !text.contains("access_denied"), "\(query)")
        }
    }

    @Test(
        "Each error has advice",
        arguments: [
            ("access_denied", "denied"), ("invalid_scope", "fewer scopes"), ("server_error", "later"),
            ("temporarily_unavailable", "later"), ("invalid_target", "resource"), ("unauthorized_client", "client id"),
            ("invalid_request", "redirect URI"), ("something_new", "client id"),
        ])
    func errors(_ code: String, _ advice: String) throws {
        let attempt = try Self.attempt()
        let error = #expect(throws: ClientError.self) {
            try Self.judge(attempt, "error=\(code)&error_description=why&state=STATE&iss=\(Self.issuer)")
        }
        #expect(error?.code == code)
        #expect(error?.problem.contains("why") == true)
        #expect(error?.advice?.description.contains(advice) == true)
    }

    @Test(
        "Verifiers and states are never the same, and have the right form",
        .proves(.verifierIsFresh, .expectationPrecedesTheBrowser))
    func fresh() throws {
        let attempts = try (0..<100).map { _ in try Self.attempt() }
        #expect(Set(attempts.map { $0.verifier.secret }).count == 100)
        #expect(Set(attempts.map(\.state)).count == 100)
        #expect(
            attempts.allSatisfy {
                CodeVerifier($0.verifier.secret) != nil && $0.verifier.secret.reveal().utf8.count == 43
            })
        #expect(throws: ClientError.self) {
            let foreign = "code=c&iss=\(Self.issuer)&state=\(attempts[0].state.reveal())"
            _ = try CallbackCheck(attempt: attempts[1]).code(try FormParameters(decoding: foreign.utf8))
        }
    }

    @Test("The request has PKCE, state and the resource", .proves(.authorizationRequestIsComplete))
    func request() throws {
        let attempt = try Self.attempt()
        let sent = Flow.parameters(of: attempt.url)
        #expect(sent["response_type"] == "code")
        #expect(sent["client_id"] == "c")
        #expect(sent["redirect_uri"] == "http://127.0.0.1:2/callback")
        #expect(sent["code_challenge_method"] == "S256")
        #expect(sent["code_challenge"] == CodeChallenge(of: attempt.verifier).value)
        #expect(sent["resource"] == "\(Self.issuer)/mcp")
        #expect(sent["state"]?.utf8.count == 43)
        #expect(sent["scope"] == nil)
    }
}

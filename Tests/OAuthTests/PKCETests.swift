import OAuth
import Testing
import TestSupport

@Suite struct PKCETests {
    /// RFC 7636 Appendix B.
    @Test("A verifier has the challenge of the RFC's example", .proves(.verifierMustMatch))
    func example() throws {
        let verifier = try #require(CodeVerifier(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")))
        #expect(CodeChallenge(of: verifier).value == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(CodeChallenge(of: verifier) != CodeChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"))
    }

    @Test(
        "A verifier has 43 to 128 unreserved characters", .proves(.verifierMustMatch),
        arguments: [
            (String(repeating: "a", count: 42), false), (String(repeating: "a", count: 43), true),
            (String(repeating: "~", count: 128), true), (String(repeating: "a", count: 129), false),
            (String(repeating: "a", count: 42) + "=", false), (String(repeating: "a", count: 42) + "+", false),
            (String(repeating: "ä", count: 43), false),
        ])
    func verifierSyntax(text: String, isVerifier: Bool) {
        #expect((CodeVerifier(Secret(text)) != nil) == isVerifier)
    }

    @Test(
        "A challenge has exactly 43 unreserved characters", .proves(.codeChallengeIsRequired),
        arguments: [
            (String(repeating: "a", count: 42), false), (String(repeating: "a", count: 43), true),
            (String(repeating: "a", count: 44), false), (String(repeating: "a", count: 42) + "=", false),
            (String(repeating: "a", count: 42) + " ", false),
        ])
    func challengeSyntax(text: String, isChallenge: Bool) {
        #expect((CodeChallenge(text) != nil) == isChallenge)
    }
}

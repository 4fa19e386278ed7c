import OAuth
import Testing
import TestSupport

@Suite struct OAuthErrorTests {
    @Test(
        "A description holds only characters that a header may hold",
        .proves(.challengeIsWellFormed, .tokenErrorsAreRegistered),
        arguments: [("say \"x\"", "say 'x'"), ("a\\b", "a/b"), ("a\r\nSet-Cookie: b", "a??Set-Cookie: b"), ("é", "?")])
    func charset(description: String, sent: String) {
        #expect(OAuthError(.invalidRequest, description).description == sent)
    }

    @Test("A description is bounded")
    func bound() {
        #expect(OAuthError(.invalidRequest, String(repeating: "x", count: 10_000)).description.count == 400)
    }

    @Test("The document carries the wire string of the code")
    func document() {
        let document = OAuthError(.unsupportedGrantType, "No.").document
        #expect(document["error"] == .string("unsupported_grant_type"))
        #expect(document["error_description"] == .string("No."))
        #expect(document.members.count == 2)
    }
}

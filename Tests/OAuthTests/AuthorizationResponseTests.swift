import OAuth
import Testing
import TestSupport

@Suite struct AuthorizationResponseTests {
    @Test(
        "The answer is appended to the query of the redirect URI", .proves(.authorizationResponseHasIss),
        arguments: [
            ("http://localhost/cb", "http://localhost/cb?"), ("http://localhost/cb?a=b", "http://localhost/cb?a=b&"),
            ("http://localhost/cb?", "http://localhost/cb?"), ("http://localhost/cb?a=b&", "http://localhost/cb?a=b&"),
        ])
    func location(redirectURI: String, prefix: String) {
        let location = response(redirectURI, .code(Secret("c0de")), state: nil).location
        #expect(location == prefix + "code=c0de&iss=http%3A%2F%2F127.0.0.1%3A9003")
    }

    @Test("Code, state and issuer appear once each, the state unchanged", .proves(.authorizationResponseHasIss))
    func state() throws {
        let state = "a b+c%20&state=x#é😀\"\r\n"
        let location = response("http://localhost/cb", .code(Secret("c0de")), state: state).location
        #expect(!location.contains("#"))
        let query = try FormParameters(decoding: try #require(location.split(separator: "?").last).utf8)
        #expect(query.values(.code) == ["c0de"])
        #expect(query.values(.state) == [state])
        #expect(query.values(.issuer) == ["http://127.0.0.1:9003"])
    }

    @Test("An error comes with its description, the state and the issuer", .proves(.errorRedirectIsComplete))
    func error() throws {
        let location = response(
            "http://localhost/cb", .error(OAuthError(.accessDenied, "No, \"thanks\".")), state: "s"
        ).location
        let query = try FormParameters(decoding: try #require(location.split(separator: "?").last).utf8)
        #expect(query.values(.error) == ["access_denied"])
        #expect(query.values(.errorDescription) == ["No, 'thanks'."])
        #expect(query.values(.state) == ["s"])
        #expect(query.values(.issuer) == ["http://127.0.0.1:9003"])
        #expect(query.values(.code).isEmpty)
    }

    private func response(
        _ redirectURI: String, _ outcome: AuthorizationResponse.Outcome, state: String?
    ) -> AuthorizationResponse {
        AuthorizationResponse(
            redirectURI: redirectURI, outcome: outcome, state: state, issuer: "http://127.0.0.1:9003")
    }
}

import OAuth
import Testing
import TestSupport

@Suite struct BearerTokenTests {
    @Test(
        "The scheme's case does not matter", .proves(.authenticationSchemeIgnoresCase),
        arguments: ["Bearer a-._~+/9==", "bearer a-._~+/9==", "BEARER   a-._~+/9=="])
    func scheme(value: String) throws {
        #expect(try BearerToken.parse([value])?.reveal() == "a-._~+/9==")
    }

    @Test(
        "Another scheme counts as no credentials", .proves(.authenticationSchemeIgnoresCase),
        arguments: [[], ["Basic YTpi"], ["Bearerx y"], [""]])
    func otherSchemes(values: [String]) throws {
        #expect(try BearerToken.parse(values) == nil)
    }

    @Test(
        "A malformed token is invalid_token", .proves(.invalidTokenIsRefused, .authenticationSchemeIgnoresCase),
        arguments: [
            "Bearer", "Bearer ", "Bearer a b", "Bearer =", "Bearer a=b", "Bearer a,b", "Bearer \"a\"", "bearer é",
        ])
    func malformed(value: String) {
        let error = #expect(throws: OAuthError.self) { try BearerToken.parse([value]) }
        #expect(error?.code == .invalidToken)
    }

    @Test("Two Authorization headers are invalid_request", .proves(.tokenComesInOneHeader))
    func several() {
        let error = #expect(throws: OAuthError.self) { try BearerToken.parse(["Bearer a", "Bearer a"]) }
        #expect(error?.code == .invalidRequest)
    }
}

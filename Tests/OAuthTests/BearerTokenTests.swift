import OAuth
import Primitives
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

    @Test("A token behind Basic is told from a client's credentials, also when its bytes hold a colon")
    func tokenBehindBasic() {
        let hints = [String(repeating: "Ojo6", count: 10) + "Ojo", "YWJjOmRlZg=="].map {
            BearerToken.explanation(ofOtherScheme: ["Basic \($0)"])?.hint?.text ?? ""
        }
        #expect(hints[0].contains("write that word in place of Basic"))
        #expect(hints[1].contains("Client id and secret"))
    }

    @Test("Two Authorization headers are invalid_request", .proves(.tokenComesInOneHeader))
    func several() {
        let error = #expect(throws: OAuthError.self) { try BearerToken.parse(["Bearer a", "Bearer a"]) }
        #expect(error?.code == .invalidRequest)
    }
}

import Testing
import TestSupport

@testable import MCPClient

@Suite("Reading challenges")
struct ChallengeTests {
    @Test(
        "A Bearer challenge is found among others in any form",
        .proves(.challengesAreReadInFull),
        arguments: [
            ["Basic realm=\"a, b\", Bearer scope=\"x y\",resource_metadata=\"https://h/p?a=b\""],
            ["Basic realm=\"a, b\"", "Bearer scope=\"x y\",resource_metadata=\"https://h/p?a=b\""],
            ["bearer  Scope = \"x y\" , RESOURCE_METADATA=\"https://h/p?a=b\""],
            ["Negotiate, Bearer scope=\"x y\", resource_metadata=\"https://h/p?a=b\""],
            ["Negotiate abc/+==, Bearer scope=\"x y\", resource_metadata=\"https://h/p?a=b\", error=invalid_token"],
            [", ,Bearer ,scope=\"x \\y\",\tresource_metadata=\"https://h/p?a=b\",, Digest qop=\"auth, auth-int\""],
            ["Bearer resource_metadata=https://h/p?a=b, scope=\"x y\""],
        ])
    func found(_ fields: [String]) {
        let bearer = Challenge.parse(fields).filter { $0.scheme == "bearer" }
        #expect(bearer.count == 1)
        #expect(bearer.first?["scope"] == "x y")
        #expect(bearer.first?["resource_metadata"] == "https://h/p?a=b")
    }

    @Test("Every challenge and parameter is read, and escapes are undone", .proves(.challengesAreReadInFull))
    func whole() {
        let challenges = Challenge.parse([
            "Bearer error=\"invalid_token\", error_description=\"say \\\"no\\\"\", Basic realm=x"
        ])
        #expect(challenges.map(\.scheme) == ["bearer", "basic"])
        #expect(challenges[0].parameters == ["error": "invalid_token", "error_description": "say \"no\""])
        #expect(challenges[1].parameters == ["realm": "x"])
    }

    @Test(
        "Text that is no challenge is skipped",
        arguments: ["", " ", ",,,", "=", "\"", "Bearer", "Bearer scope=\"open", "é=1"])
    func broken(_ field: String) {
        #expect(Challenge.parse([field]).count <= 1)
    }
}

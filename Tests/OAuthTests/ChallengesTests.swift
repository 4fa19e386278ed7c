import OAuth
import Testing
import TestSupport

@Suite struct ChallengesTests {
    private let metadata = "http://127.0.0.1:9003/.well-known/oauth-protected-resource/mcp"

    @Test(
        "Without credentials there is no error in the challenge",
        .proves(.firstChallengeHasNoError, .challengeIsWellFormed))
    func bare() {
        let challenge = BearerChallenge(scope: Scope(["user"]), resourceMetadata: metadata)
        #expect(challenge.headerValue == "Bearer resource_metadata=\"\(metadata)\", scope=\"user\"")
    }

    @Test(
        "The challenge has the error with its description",
        .proves(.missingScopeIsForbidden, .challengeIsWellFormed))
    func withError() {
        let challenge = BearerChallenge(
            error: OAuthError(.insufficientScope, "Say \"please\"."), scope: Scope(["user", "echo"]),
            resourceMetadata: metadata)
        #expect(
            challenge.headerValue
                == "Bearer error=\"insufficient_scope\", error_description=\"Say 'please'.\", "
                + "resource_metadata=\"\(metadata)\", scope=\"user echo\"")
    }

    @Test("A realm is quoted", .proves(.invalidClientIsChallenged))
    func basic() {
        #expect(BasicChallenge(realm: "a\"b").headerValue == "Basic realm=\"a\\\"b\", charset=\"UTF-8\"")
    }
}

import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct ClientCredentialsGrantTests {
    private let setup = ServerUnderTest()
    private let body = "grant_type=client_credentials"

    @Test("A client acts for itself, without a refresh token", .proves(.unknownGrantTypeIsRefused))
    func success() async throws {
        let response = try await setup.token(body)
        #expect(response.refreshToken == nil)
        #expect(response.scope.tokens == ["user"])
        #expect(await setup.isGood(response.accessToken))
    }

    @Test(
        "Scope and resource follow the usual rules", .proves(.unknownGrantTypeIsRefused),
        arguments: [
            ("&scope=user+echo", OAuthError.Code?.none), ("&scope=nope", .invalidScope),
            ("&resource=http://localhost:9003", nil), ("&resource=http://evil/", .invalidTarget),
        ])
    func rules(more: String, code: OAuthError.Code?) async {
        #expect(await refusal { try await setup.token(body + more) } == code)
    }

    @Test("A public client is refused", .proves(.unknownGrantTypeIsRefused))
    func publicClient() async {
        let setup = ServerUnderTest(authentication: .none)
        #expect(
            await refusal { try await setup.token(body + "&client_id=client", authorization: []) }
                == .unauthorizedClient)
    }
}

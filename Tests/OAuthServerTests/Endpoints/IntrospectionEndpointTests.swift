import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct IntrospectionEndpointTests {
    private let setup = ServerUnderTest()

    @Test(
        "Introspection describes an access token with all its bindings",
        .proves(.liveTokenIsDescribed, .accessTokenEndsOnTime))
    func accessToken() async throws {
        let document = try await setup.introspect(try await setup.tokens("&scope=user+echo").accessToken)
        #expect(
            document.members.map(\.name) == [
                "active", "scope", "client_id", "username", "token_type", "exp", "iat", "sub", "aud", "iss", "jti",
            ])
        #expect(document["active"] == .boolean(true))
        #expect(document["scope"] == .string("user echo"))
        #expect(document["client_id"] == .string("client"))
        #expect(document["username"] == .string("demo_user"))
        #expect(document["token_type"] == .string("Bearer"))
        #expect(document["iat"] == .integer(1_800_000_000))
        #expect(document["exp"] == .integer(1_800_003_600))
        #expect(document["sub"] == .string("demo_user"))
        #expect(document["aud"] == .string("http://127.0.0.1:9003/mcp"))
        #expect(document["iss"] == .string("http://127.0.0.1:9003"))
    }

    @Test("A client's own token has no user name", .proves(.liveTokenIsDescribed, .unknownGrantTypeIsRefused))
    func clientCredentials() async throws {
        let document = try await setup.introspect(
            try await setup.token("grant_type=client_credentials").accessToken)
        #expect(document["active"] == .boolean(true))
        #expect(document["username"] == nil)
        #expect(document["sub"] == .string("client"))
    }

    @Test("Each token has an identifier of its own", .proves(.liveTokenIsDescribed))
    func identifiers() async throws {
        let tokens = try await setup.tokens()
        let first = try await setup.introspect(tokens.accessToken)["jti"]
        #expect(try await setup.introspect(tokens.accessToken)["jti"] == first)
        #expect(try await setup.introspect(tokens.refreshToken)["jti"] != first)
    }

    @Test(
        "No hint changes the answer", .proves(.introspectionIgnoresTheHint),
        arguments: ["&token_type_hint=access_token", "&token_type_hint=refresh_token", "&token_type_hint=xyz"])
    func hints(hint: String) async throws {
        let tokens = try await setup.tokens()
        for token in [tokens.accessToken, tokens.refreshToken] {
            #expect(try await setup.introspect(token, hint) == setup.introspect(token))
            #expect(try await setup.introspect(token)["active"] == .boolean(true))
        }
    }

    @Test("A refresh token is active until it is used, and has no type")
    func refreshToken() async throws {
        let tokens = try await setup.tokens()
        let document = try await setup.introspect(tokens.refreshToken)
        #expect(document["active"] == .boolean(true))
        #expect(document["token_type"] == nil)
        _ = try await setup.refresh(tokens.refreshToken)
        #expect(try await setup.introspect(tokens.refreshToken) == IntrospectionResponse.inactive.document)
    }

    @Test("A token that is not valid is inactive, without further information", .proves(.otherTokensAreInactive))
    func inactive() async throws {
        let code = try await setup.code()
        let revoked = try await setup.tokens().accessToken
        try await setup.revoke(revoked)
        let expired = try await setup.tokens().accessToken
        setup.clock.advance(by: .seconds(3600))
        for token in [Secret("nothing"), Secret("e30.e30.x"), Secret(code), revoked, expired] {
            #expect(try await setup.introspect(token) == IntrospectionResponse.inactive.document)
        }
    }

    @Test(
        "Introspection requires the secret, even of a public client",
        .proves(.introspectionIgnoresTheHint, .introspectionNeedsTheSecret))
    func authentication() async throws {
        for setup in [setup, ServerUnderTest(authentication: .none)] {
            let endpoint = setup.server.introspection
            for body in ["token=x", "token=x&client_id=client"] {
                #expect(
                    await refusal { try await endpoint.respond(to: form(body), authorization: [], peer: "") }
                        == .invalidClient)
            }
            #expect(try await setup.introspect(Secret("x")) == IntrospectionResponse.inactive.document)
            #expect(
                await refusal {
                    try await endpoint.respond(to: form(""), authorization: [ServerUnderTest.basic], peer: "")
                } == .invalidRequest)
        }
    }
}

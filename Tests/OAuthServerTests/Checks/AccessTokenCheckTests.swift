import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct AccessTokenCheckTests {
    private let setup = ServerUnderTest()

    @Test("A valid token has its subject and client", .proves(.accessTokenEndsOnTime))
    func record() async throws {
        let tokens = try await setup.tokens()
        let record = try await setup.server.accessTokens.check(tokens.accessToken)
        #expect(record.grant.clientID == "client")
        #expect(record.grant.subject == "demo_user")
        #expect(record.grant.userName == "demo_user")
        #expect(record.grant.audience == "http://127.0.0.1:9003/mcp")
        #expect(record.grant.issuer == "http://127.0.0.1:9003")
        #expect(record.scope.tokens == ["user"])
        #expect(record.expiresAt - record.issuedAt == .seconds(3600))
    }

    @Test(
        "A token expires at the end of its lifetime, not a second later",
        .proves(.invalidTokenIsRefused, .accessTokenEndsOnTime), arguments: [3599, 3600])
    func lifetime(seconds: Int) async throws {
        let tokens = try await setup.tokens()
        setup.clock.advance(by: .seconds(seconds))
        #expect(await setup.isGood(tokens.accessToken) == (seconds < 3600))
    }

    @Test("The lifetime is a setting", .proves(.accessTokenEndsOnTime))
    func setting() async throws {
        let setup = ServerUnderTest { $0.accessTokenLifetime = .seconds(2) }
        let tokens = try await setup.tokens()
        #expect(tokens.expiresIn == .number(.seconds(2)))
        setup.clock.advance(by: .seconds(2))
        #expect(await !setup.isGood(tokens.accessToken))
    }

    @Test(
        "A token that was not issued here is invalid_token", .proves(.invalidTokenIsRefused, .foreignTokenIsRefused),
        arguments: ["nothing", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vX3VzZXIifQ."])
    func unknown(token: String) async {
        #expect(await refusal { try await setup.server.accessTokens.check(Secret(token)) } == .invalidToken)
    }

    @Test(
        "A token for another resource is invalid_token here, although introspection describes it",
        .proves(.foreignAudienceIsRefused))
    func audience() async throws {
        let tokens = try await setup.tokens("&resource=https://api.example/v1")
        #expect(await refusal { try await setup.server.accessTokens.check(tokens.accessToken) } == .invalidToken)
        #expect(try await setup.introspect(tokens.accessToken)["aud"] == .string("https://api.example/v1"))
    }

    @Test("A token is bound to the resource, not to the spelling of its host")
    func spelling() async throws {
        let code = try await setup.code(origin: ServerUnderTest.localhost)
        let tokens = try await setup.redeem(code)
        #expect(await setup.isGood(tokens.accessToken))
        #expect(try await setup.introspect(tokens.accessToken)["aud"] == .string("http://localhost:9003/mcp"))
        #expect(try await setup.introspect(tokens.accessToken)["iss"] == .string("http://localhost:9003"))
    }
}

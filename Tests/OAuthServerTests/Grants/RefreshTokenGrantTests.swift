import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct RefreshTokenGrantTests {
    private let setup = ServerUnderTest()

    @Test("Each refresh gives a new pair, and earlier access tokens stay valid", .proves(.refreshTokensRotate))
    func rotation() async throws {
        let first = try await setup.tokens()
        let second = try await setup.refresh(first.refreshToken)
        let third = try await setup.refresh(second.refreshToken)
        let responses = [first, second, third]
        #expect(Set(responses.map(\.refreshToken)).count == 3)
        #expect(Set(responses.map(\.accessToken)).count == 3)
        for response in responses { #expect(await setup.isGood(response.accessToken)) }
    }

    @Test("Using a refresh token twice revokes its whole grant", .proves(.reuseRevokesTheFamily))
    func reuse() async throws {
        let first = try await setup.tokens()
        let second = try await setup.refresh(first.refreshToken)
        let third = try await setup.refresh(second.refreshToken)
        #expect(await refusal { try await setup.refresh(first.refreshToken) } == .invalidGrant)
        #expect(await refusal { try await setup.refresh(third.refreshToken) } == .invalidGrant)
        for response in [first, second, third] { #expect(await !setup.isGood(response.accessToken)) }
    }

    @Test("Reuse is recognised after the refresh token's own expiry", .proves(.reuseRevokesTheFamily))
    func lateReuse() async throws {
        let first = try await setup.tokens()
        setup.clock.advance(by: .seconds(29 * 86_400))
        let second = try await setup.refresh(first.refreshToken)
        setup.clock.advance(by: .seconds(2 * 86_400))
        setup.store.removeExpired(before: setup.clock.now())
        #expect(await refusal { try await setup.refresh(first.refreshToken) } == .invalidGrant)
        #expect(await refusal { try await setup.refresh(second.refreshToken) } == .invalidGrant)
    }

    @Test("Reuse by an unauthenticated client revokes nothing")
    func strangersReuse() async throws {
        let first = try await setup.tokens()
        let second = try await setup.refresh(first.refreshToken)
        let body = "grant_type=refresh_token&refresh_token=\(try #require(first.refreshToken).reveal())"
        #expect(await refusal { try await setup.token(body, authorization: []) } == .invalidClient)
        #expect(await setup.isGood(second.accessToken))
        _ = try await setup.refresh(second.refreshToken)
    }

    @Test("Of two concurrent refreshes one succeeds, and the grant is revoked")
    func concurrency() async throws {
        let tokens = try await setup.tokens()
        async let one = try? setup.refresh(tokens.refreshToken)
        async let two = try? setup.refresh(tokens.refreshToken)
        let responses = await [one, two].compactMap { $0 }
        #expect(responses.count == 1)
        let response = try #require(responses.first)
        #expect(await !setup.isGood(response.accessToken))
        #expect(await refusal { try await setup.refresh(response.refreshToken) } == .invalidGrant)
    }

    @Test("A scope can be narrowed for one access token", .proves(.refreshMayNarrowScope))
    func narrowing() async throws {
        let tokens = try await setup.tokens("&scope=user+echo")
        let narrowed = try await setup.refresh(tokens.refreshToken, "&scope=user")
        #expect(narrowed.scope.tokens == ["user"])
        #expect(try await setup.introspect(narrowed.accessToken)["scope"] == .string("user"))
        #expect(try await setup.refresh(narrowed.refreshToken).scope.tokens == ["user", "echo"])
    }

    @Test(
        "A scope or resource beyond the grant is refused and spends nothing",
        .proves(.refreshMayNarrowScope, .refreshedResourceIsGranted))
    func beyond() async throws {
        let tokens = try await setup.tokens()
        #expect(await refusal { try await setup.refresh(tokens.refreshToken, "&scope=user+echo") } == .invalidScope)
        #expect(
            await refusal { try await setup.refresh(tokens.refreshToken, "&resource=http://evil/") } == .invalidTarget)
        _ = try await setup.refresh(tokens.refreshToken, "&resource=http://localhost:9003/mcp&scope=user")
    }

    @Test("An unused refresh token ends after thirty days", .proves(.refreshTokensExpire), arguments: [-1, 0])
    func idle(seconds: Int) async throws {
        let tokens = try await setup.tokens()
        setup.clock.advance(by: .seconds(30 * 86_400 + seconds))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == (seconds < 0 ? nil : .invalidGrant))
    }

    @Test("A grant ends ninety days after its code, however often it is refreshed", .proves(.refreshTokensExpire))
    func family() async throws {
        var tokens = try await setup.tokens()
        for _ in 1...4 {
            setup.clock.advance(by: .seconds(22 * 86_400))
            tokens = try await setup.refresh(tokens.refreshToken)
        }
        setup.clock.advance(by: .seconds(2 * 86_400))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
    }

    @Test(
        "Codes, access tokens and refresh tokens are not interchangeable",
        .proves(.refreshNeedsItsClient, .tokenKindsAreApart, .invalidTokenIsRefused))
    func kinds() async throws {
        let tokens = try await setup.tokens()
        #expect(await refusal { try await setup.refresh(tokens.accessToken) } == .invalidGrant)
        #expect(await refusal { try await setup.refresh(Secret("nothing")) } == .invalidGrant)
        #expect(await !setup.isGood(try #require(tokens.refreshToken)))
        #expect(await !setup.isGood(Secret(try await setup.code())))
    }
}

import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct RefreshPolicyTests {
    @Test("Under the reuse policy a refresh token stays valid, and responses have none")
    func reuse() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .reuse }
        let tokens = try await setup.tokens()
        for _ in 1...3 {
            let next = try await setup.refresh(tokens.refreshToken)
            #expect(next.refreshToken == nil)
            #expect(await setup.isGood(next.accessToken))
        }
        #expect(await setup.isGood(tokens.accessToken))
        setup.clock.advance(by: .seconds(30 * 86_400))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
    }

    @Test("Under the reuse policy a refresh token ends with its grant")
    func reuseAfterRevocation() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .reuse }
        let tokens = try await setup.tokens()
        try await setup.revoke(tokens.refreshToken)
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
    }

    @Test("Within the grace period a spent refresh token gives tokens of its grant; after it, it revokes the grant")
    func grace() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .grace(.seconds(10)) }
        let tokens = try await setup.tokens()
        let next = try await setup.refresh(tokens.refreshToken)
        setup.clock.advance(by: .seconds(9))
        let again = try await setup.refresh(tokens.refreshToken)
        #expect(again.refreshToken != next.refreshToken)
        for response in [tokens, next, again] { #expect(await setup.isGood(response.accessToken)) }
        _ = try await setup.refresh(again.refreshToken)

        // The grace period counts from the first use, however often it was used since.
        setup.clock.advance(by: .seconds(1))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
        for response in [tokens, next, again] { #expect(await !setup.isGood(response.accessToken)) }
        #expect(await refusal { try await setup.refresh(next.refreshToken) } == .invalidGrant)
    }

    @Test("Setting the clock back by an hour does not restart the grace period")
    func graceAndClock() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .grace(.seconds(10)) }
        let tokens = try await setup.tokens()
        let next = try await setup.refresh(tokens.refreshToken)
        setup.clock.advance(by: .seconds(-3600))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
        #expect(await !setup.isGood(next.accessToken))
    }

    @Test("Within the grace period sixteen concurrent refreshes succeed")
    func graceConcurrently() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .grace(.seconds(10)) }
        let tokens = try await setup.tokens()
        let responses = try await withThrowingTaskGroup(of: TokenResponse.self) { group in
            for _ in 1...16 { group.addTask { try await setup.refresh(tokens.refreshToken) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(responses.map(\.refreshToken)).count == 16)
        for response in responses { _ = try await setup.refresh(response.refreshToken) }
    }

    @Test("Without refresh tokens none is issued, announced or accepted")
    func none() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshPolicy = .none }
        #expect(try await setup.tokens().refreshToken == nil)
        #expect(await refusal { try await setup.refresh(Secret("any")) } == .unsupportedGrantType)
        let metadata = setup.server.metadata.authorizationServer(origin: ServerUnderTest.origin).document
        #expect(metadata["grant_types_supported"] == .strings(["authorization_code", "client_credentials"]))
        #expect(metadata["scopes_supported"] == .strings(["user", "echo"]))
    }

    @Test("A refresh without a scope may lose the scopes of tools, by a setting, and can request them again")
    func dropsScope() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshDropsScope = true }
        let tokens = try await setup.tokens("&scope=user+echo")
        #expect(tokens.scope.tokens == ["user", "echo"])
        let dropped = try await setup.refresh(tokens.refreshToken)
        #expect(dropped.scope.tokens == ["user"])
        #expect(try await setup.introspect(dropped.accessToken)["scope"] == .string("user"))
        let asked = try await setup.refresh(dropped.refreshToken, "&scope=user+echo")
        #expect(asked.scope.tokens == ["user", "echo"])
    }

    @Test("A token without the base scope keeps its scopes")
    func dropsNothing() async throws {
        let setup = ServerUnderTest { $0.deviations.refreshDropsScope = true }
        let tokens = try await setup.tokens("&scope=echo")
        #expect(try await setup.refresh(tokens.refreshToken).scope.tokens == ["echo"])
    }

    @Test(
        "The advertised lifetime of a token does not change the real one",
        arguments: [
            (.real, .integer(3600)), (.fixed(.seconds(7)), .integer(7)), (.fixed(.zero), .integer(0)),
            (.string, .string("3600")), (.omitted, nil),
        ] as [(AdvertisedLifetime, Document.Value?)])
    func advertised(lifetime: AdvertisedLifetime, expected: Document.Value?) async throws {
        let setup = ServerUnderTest { $0.deviations.advertisedLifetime = lifetime }
        let tokens = try await setup.tokens()
        #expect(tokens.document["expires_in"] == expected)
        setup.clock.advance(by: .seconds(3599))
        #expect(await setup.isGood(tokens.accessToken))
        setup.clock.advance(by: .seconds(1))
        #expect(await !setup.isGood(tokens.accessToken))
    }
}

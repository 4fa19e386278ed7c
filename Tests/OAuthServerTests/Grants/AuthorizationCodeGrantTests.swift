import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct AuthorizationCodeGrantTests {
    private let setup = ServerUnderTest()

    @Test("A code is exchanged for an access token and a refresh token", .proves(.tokenResponseIsComplete))
    func success() async throws {
        let response = try await setup.tokens("&scope=user+echo")
        #expect(response.expiresIn == .number(.seconds(3600)))
        #expect(response.refreshToken != nil)
        #expect(response.scope.tokens == ["user", "echo"])
        #expect(response.accessToken.reveal().utf8.count == 43)
        #expect(response.accessToken != response.refreshToken)
        #expect(await setup.isGood(response.accessToken))
    }

    @Test(
        "A code expires at the end of its lifetime, not a second later",
        .proves(.codeIsBoundToItsRequest, .invalidCodeIsRefused), arguments: [299, 300])
    func lifetime(seconds: Int) async throws {
        let code = try await setup.code()
        setup.clock.advance(by: .seconds(seconds))
        #expect(await refusal { try await setup.redeem(code) } == (seconds < 300 ? nil : .invalidGrant))
    }

    @Test("An unknown code is refused", .proves(.invalidCodeIsRefused))
    func unknown() async {
        #expect(await refusal { try await setup.redeem("nothing") } == .invalidGrant)
    }

    @Test("Another client's code is refused", .proves(.invalidCodeIsRefused))
    func foreignCode() async throws {
        let code = Secret("their code")
        let grant = GrantRecord(
            id: GrantID(rawValue: 1), clientID: "other", subject: "u", userName: "u", scope: Scope(["user"]),
            audience: "http://127.0.0.1:9003/mcp", issuer: ServerUnderTest.origin,
            expiresAt: setup.clock.now() + .seconds(99))
        setup.store.insert(
            CodeRecord(
                digest: code.digest, grant: grant, redirectURI: ServerUnderTest.redirectURI,
                challenge: try #require(CodeChallenge(ServerUnderTest.challenge)), expiresAt: grant.expiresAt))
        #expect(await refusal { try await setup.redeem(code.reveal()) } == .invalidGrant)
    }

    @Test(
        "A wrong verifier is refused and does not spend the code", .proves(.verifierMustMatch),
        arguments: [
            "short", String(repeating: "a", count: 43), ServerUnderTest.verifier + "%3D", ServerUnderTest.challenge,
        ])
    func wrongVerifier(verifier: String) async throws {
        let code = try await setup.code()
        #expect(await refusal { try await setup.redeem(code, verifier: verifier) } == .invalidGrant)
        _ = try await setup.redeem(code)
    }

    @Test("Verifiers of 43 and of 128 characters redeem", .proves(.verifierMustMatch), arguments: [43, 128])
    func verifierLengths(length: Int) async throws {
        let text = String(repeating: "~", count: length)
        let challenge = CodeChallenge(of: try #require(CodeVerifier(Secret(text)))).value
        let code = try await setup.code(
            ServerUnderTest.request.replacing(ServerUnderTest.challenge, with: challenge))
        _ = try await setup.redeem(code, verifier: text)
    }

    @Test(
        "The redirect URI may be left out, and must be the same when it is sent", .proves(.redirectURIMustRepeat),
        arguments: [
            ("", true), ("&redirect_uri=http://localhost:3031/callback", true),
            ("&redirect_uri=http://localhost:3032/callback", false),
            ("&redirect_uri=http://localhost:3031/callback/", false),
            ("&redirect_uri=http://127.0.0.1:3031/callback", false),
        ])
    func redirectURI(more: String, isAccepted: Bool) async throws {
        let code = try await setup.code()
        #expect(await refusal { try await setup.redeem(code, more) } == (isAccepted ? nil : .invalidGrant))
    }

    @Test(
        "The resource may be repeated in any spelling, but not changed", .proves(.exchangedResourceIsGranted),
        arguments: [
            ("&resource=http://localhost:9003/mcp", true), ("&resource=http://127.0.0.1:9003", true),
            ("&resource=http://evil/mcp", false), ("&resource=nonsense", false),
            ("&resource=http://127.0.0.1:9003/mcp&resource=http://evil/", false),
            ("&resource=https://api.example/v1", false),
        ])
    func resource(more: String, isAccepted: Bool) async throws {
        let code = try await setup.code()
        #expect(await refusal { try await setup.redeem(code, more) } == (isAccepted ? nil : .invalidTarget))
    }

    @Test("A scope in the token request is ignored")
    func scope() async throws {
        #expect(try await setup.redeem(try await setup.code(), "&scope=nope").scope.tokens == ["user"])
    }

    @Test("Of 64 concurrent requests one gets tokens", .proves(.codeIsSpentOnce))
    func concurrency() async throws {
        let setup = setup
        let code = try await setup.code()
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...64 { group.addTask { await refusal { try await setup.redeem(code) } == nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test(
        "A valid replay revokes all tokens issued for the code, including later rotations",
        .proves(.replayedCodeRevokes))
    func replay() async throws {
        let code = try await setup.code()
        let first = try await setup.redeem(code)
        let second = try await setup.refresh(first.refreshToken)
        let bystander = try await setup.tokens()
        setup.clock.advance(by: .seconds(1000))

        #expect(await refusal { try await setup.redeem(code) } == .invalidGrant)
        for token in [first.accessToken, second.accessToken] {
            #expect(await !setup.isGood(token))
            #expect(try await setup.introspect(token) == IntrospectionResponse.inactive.document)
        }
        #expect(await refusal { try await setup.refresh(second.refreshToken) } == .invalidGrant)
        #expect(await setup.isGood(bystander.accessToken))
    }

    @Test("An otherwise invalid replay revokes nothing", .proves(.strangersReplayRevokesNothing))
    func invalidReplay() async throws {
        let code = try await setup.code()
        let tokens = try await setup.redeem(code)
        #expect(
            await refusal { try await setup.redeem(code, verifier: String(repeating: "a", count: 43)) }
                == .invalidGrant)
        #expect(await refusal { try await setup.redeem(code, "&redirect_uri=http://localhost/") } == .invalidGrant)
        #expect(await refusal { try await setup.redeem(code, "&resource=http://evil/") } == .invalidTarget)
        #expect(
            await refusal {
                try await setup.token(
                    "grant_type=authorization_code&code=\(code)&code_verifier=\(ServerUnderTest.verifier)",
                    authorization: [])
            } == .invalidClient)
        #expect(await setup.isGood(tokens.accessToken))
        _ = try await setup.refresh(tokens.refreshToken)
    }
}

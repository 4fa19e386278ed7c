import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct RevocationEndpointTests {
    private let setup = ServerUnderTest()

    @Test(
        "Revoking an access token ends it alone and at once",
        .proves(.revocationAlwaysSucceeds, .revocationTakesTheFamily, .revocationWorksAtOnce))
    func accessToken() async throws {
        let tokens = try await setup.tokens()
        #expect(await setup.isGood(tokens.accessToken))
        try await setup.revoke(tokens.accessToken)
        #expect(await !setup.isGood(tokens.accessToken))
        _ = try await setup.refresh(tokens.refreshToken)
    }

    @Test(
        "Revoking a refresh token ends its grant, whatever the hint",
        .proves(.revocationTakesTheFamily, .wrongHintRevokes),
        arguments: ["", "&token_type_hint=access_token", "&token_type_hint=refresh_token", "&token_type_hint=xyz"])
    func refreshToken(hint: String) async throws {
        let tokens = try await setup.tokens()
        try await setup.revoke(tokens.refreshToken, hint)
        #expect(await !setup.isGood(tokens.accessToken))
        #expect(await refusal { try await setup.refresh(tokens.refreshToken) } == .invalidGrant)
    }

    @Test("Revoking an unknown or revoked token succeeds", .proves(.revocationAlwaysSucceeds))
    func unknown() async throws {
        let tokens = try await setup.tokens()
        try await setup.revoke(Secret("nothing"))
        try await setup.revoke(tokens.accessToken)
        try await setup.revoke(tokens.accessToken)
    }

    @Test("Without a token, or without the client, nothing happens", .proves(.revocationAlwaysSucceeds))
    func refused() async throws {
        let token = try await setup.tokens().accessToken
        let endpoint = setup.server.revocation
        #expect(
            await refusal { try await endpoint.respond(to: form(""), authorization: [ServerUnderTest.basic], peer: "") }
                == .invalidRequest)
        #expect(
            await refusal {
                try await endpoint.respond(to: form("token=\(token.reveal())"), authorization: [], peer: "")
            } == .invalidClient)
        #expect(await setup.isGood(token))
    }

    @Test("Another client's tokens are left alone", .proves(.foreignTokenIsNotRevoked))
    func foreignTokens() async throws {
        let other = ServerUnderTest()
        let grant = GrantRecord(
            id: GrantID(rawValue: 1), clientID: "other", subject: "u", userName: "u", scope: Scope(["user"]),
            audience: "http://127.0.0.1:9003/mcp", issuer: ServerUnderTest.origin,
            expiresAt: other.clock.now() + .seconds(99))
        let (access, refresh) = (Secret("their access token"), Secret("their refresh token"))
        let tokens = IssuedTokens(
            accessToken: AccessTokenRecord(
                digest: access.digest, grant: grant, scope: grant.scope, issuedAt: other.clock.now(),
                expiresAt: grant.expiresAt),
            refreshToken: RefreshTokenRecord(
                digest: refresh.digest, grant: grant, issuedAt: other.clock.now(), expiresAt: grant.expiresAt))
        #expect(other.store.insert(tokens) == .done)
        try await other.revoke(access)
        try await other.revoke(refresh)
        #expect(await other.isGood(access))
        #expect(await refusal { try await other.refresh(refresh) } == .invalidGrant)
        #expect(other.store.refreshToken(refresh.digest)?.isSpent == false)
    }
}

import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@Suite struct TokenEndpointTests {
    private let setup = ServerUnderTest()

    @Test(
        "A missing or unknown grant type has its own error", .proves(.unknownGrantTypeIsRefused),
        arguments: [
            ("", OAuthError.Code.invalidRequest), ("grant_type=", .invalidRequest),
            ("grant_type=password", .unsupportedGrantType), ("grant_type=foo", .unsupportedGrantType),
            ("grant_type=urn:ietf:params:oauth:grant-type:device_code", .unsupportedGrantType),
        ])
    func grantType(body: String, code: OAuthError.Code) async {
        #expect(await refusal { try await setup.token(body) } == code)
    }

    @Test(
        "A missing parameter is invalid_request",
        .proves(.invalidCodeIsRefused, .verifierMustMatch, .refreshNeedsItsClient))
    func missing() async {
        for body in [
            "grant_type=authorization_code&code_verifier=\(ServerUnderTest.verifier)",
            "grant_type=authorization_code&code=x", "grant_type=refresh_token",
        ] {
            #expect(await refusal { try await setup.token(body) } == .invalidRequest)
        }
    }

    @Test(
        "A recognised parameter may not be repeated, an unknown one and resource may",
        .proves(.tokenParametersAreStrict))
    func repetition() async throws {
        let code = try await setup.code()
        #expect(await refusal { try await setup.redeem(code, "&code=\(code)") } == .invalidRequest)
        _ = try await setup.redeem(
            code, "&foo=1&foo=1&resource=\(ServerUnderTest.origin)&resource=\(ServerUnderTest.origin)")
    }

    @Test(
        "The client is authenticated before the code is examined, and the code stays valid",
        .proves(.clientIsAuthenticatedFirst))
    func authenticationFirst() async throws {
        let code = try await setup.code()
        let body = "grant_type=authorization_code&code=\(code)&code_verifier=\(ServerUnderTest.verifier)"
        for body in [body, body + "&client_id=client", "grant_type=refresh_token"] {
            #expect(await refusal { try await setup.token(body, authorization: []) } == .invalidClient)
        }
        _ = try await setup.redeem(code)
    }

    @Test(
        "No refusal contains a code, verifier, token or secret", .proves(.secretsAreNeverPrinted),
        arguments: [
            "grant_type=authorization_code&code=MARKER&code_verifier=MARKER",
            "grant_type=refresh_token&refresh_token=MARKER", "grant_type=client_credentials&scope=MARKER",
            "grant_type=client_credentials&client_secret=MARKER", "grant_type=MARKER",
            "grant_type=authorization_code&code=MARKER&code=MARKER",
        ])
    func silence(body: String) async {
        for authorization in [ServerUnderTest.basic, "Basic " + Base64.standard.encode(Array("client:MARKER".utf8))] {
            let error = await #expect(throws: OAuthError.self) {
                try await setup.token(body, authorization: [authorization])
            }
            #expect(error?.description.contains("MARKER") == false)
        }
    }

    @Test("A failure of the store is not reported as the client's")
    func failingStore() async {
        let server = AuthorizationServer(
            configuration: setup.server.configuration, store: FailingStore(), now: setup.clock.now,
            randomBytes: SeededRandom().bytes)
        await #expect(throws: FailingStore.Failure.self) {
            try await server.token.respond(
                to: form("grant_type=client_credentials"), authorization: [ServerUnderTest.basic],
                origin: ServerUnderTest.origin, peer: "peer")
        }
    }
}

/// A store that always fails.
private struct FailingStore: GrantStore {
    struct Failure: Error {}

    func insert(_ code: CodeRecord) throws { throw Failure() }
    func insert(_ tokens: IssuedTokens) throws -> InsertOutcome { throw Failure() }
    func code(_ digest: Digest) throws -> CodeRecord? { throw Failure() }
    func refreshToken(_ digest: Digest) throws -> RefreshTokenRecord? { throw Failure() }
    func accessToken(_ digest: Digest) throws -> AccessTokenRecord? { throw Failure() }
    func exchange(code: Digest, for tokens: IssuedTokens) throws -> SpendOutcome { throw Failure() }
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) throws -> SpendOutcome { throw Failure() }
    func revoke(_ grant: GrantID) throws { throw Failure() }
    func revoke(accessToken: Digest) throws { throw Failure() }
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) throws -> Int {
        throw Failure()
    }
    func revoke(allOf subject: String?) throws -> Int { throw Failure() }
    func removeExpired(before instant: Instant) throws { throw Failure() }
}

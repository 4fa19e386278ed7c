import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite("Resources, clients and scopes are compared exactly")
struct ComparisonTests {
    private let setup = ServerUnderTest()

    /// Whether a token for some audience is valid, put into the store as if by another server on it.
    private func isGood(audience: String) async -> Bool {
        let grant = GrantRecord(
            id: GrantID(from: { Array(Digest(of: audience).bytes.prefix($0)) }), clientID: "client", subject: "ann",
            userName: nil, scope: Scope(["user"]), audience: audience, issuer: ServerUnderTest.origin,
            expiresAt: setup.clock.now() + .seconds(60))
        let token = Secret(audience + " token")
        let record = AccessTokenRecord(
            digest: token.digest, grant: grant, scope: grant.scope, issuedAt: setup.clock.now(),
            expiresAt: grant.expiresAt)
        #expect(setup.store.insert(IssuedTokens(accessToken: record, refreshToken: nil)) == .done)
        return await setup.isGood(token)
    }

    @Test("A token for our resource is valid under each spelling of our origin", .proves(.foreignAudienceIsRefused))
    func ours() async {
        for origin in [ServerUnderTest.origin, ServerUnderTest.localhost] {
            #expect(await isGood(audience: origin + "/mcp"))
        }
    }

    @Test(
        "A token for any other audience is refused, however similar to ours", .proves(.foreignAudienceIsRefused),
        arguments: [
            "", "/", "/mcp", "http://127.0.0.1:9003", "http://127.0.0.1:9003/", "http://127.0.0.1:9003/mcp/",
            "http://127.0.0.1:9003/mcp//", "http://127.0.0.1:9003/mcp/other", "http://127.0.0.1:9003/mcp?",
            "http://127.0.0.1:9003/mcp#", "http://127.0.0.1:9003/mcp2", "http://127.0.0.1:9003/mc",
            "http://127.0.0.1:9003/MCP", "HTTP://127.0.0.1:9003/mcp", "https://127.0.0.1:9003/mcp",
            "http://127.0.0.1:9004/mcp", "http://127.0.0.1/mcp", "http://127.0.0.1:90030/mcp",
            "http://127.0.0.1.evil.example:9003/mcp", "http://evil.example/http://127.0.0.1:9003/mcp",
            "http://me@127.0.0.1:9003/mcp", " http://127.0.0.1:9003/mcp", "http://127.0.0.1:9003/mcp ",
            "https://evil.example/", "https://evil.example/mcp", "https://evil.example/mcp/", "https://api.example/v1",
        ])
    func otherAudiences(audience: String) async {
        #expect(await !isGood(audience: audience))
    }

    @Test(
        "Another resource is refused, however similar to ours", .proves(.requestedResourceMustBeOurs),
        arguments: [
            "http://127.0.0.1:9003/mcp//", "http://127.0.0.1:9003//mcp", "http://127.0.0.1:9003/MCP",
            "http://127.0.0.1:9003/mcp2", "http://127.0.0.1:9003/mcp/x", "http://127.0.0.1:9003/mcp?",
            "https://127.0.0.1:9003/mcp", "http://127.0.0.1/mcp", "http://127.0.0.1.evil.example:9003/mcp",
            "http://me@127.0.0.1:9003/mcp", "https://evil.example/", "https://evil.example/mcp/",
            "https://api.example/v1/x", "https://api.example/V1", "https://api.example.evil/v1",
        ])
    func otherResources(resource: String) async throws {
        let query = ServerUnderTest.request + "&resource=" + resource
        #expect(try setup.redirected(query).required(.error) == "invalid_target")
        let code = try await setup.code()
        #expect(await refusal { try await setup.redeem(code, "&resource=" + resource) } == .invalidTarget)
        let tokens = try await setup.tokens("&resource=https://api.example/v1")
        #expect(
            await refusal { try await setup.refresh(tokens.refreshToken, "&resource=" + resource) } == .invalidTarget)
    }

    @Test(
        "A token for another resource cannot be exchanged for one for ours, nor vice versa",
        .proves(.foreignAudienceIsRefused))
    func crossing() async throws {
        let other = try await setup.tokens("&resource=https://api.example/v1")
        for resource in ["http://127.0.0.1:9003/mcp", "http://localhost:9003", "http://localhost:9003/"] {
            #expect(
                await refusal { try await setup.refresh(other.refreshToken, "&resource=" + resource) } == .invalidTarget
            )
        }
        let ours = try await setup.tokens()
        #expect(
            await refusal { try await setup.refresh(ours.refreshToken, "&resource=https://api.example/v1") }
                == .invalidTarget)
    }

    @Test(
        "A client id must equal the client's byte by byte", .proves(.authorizeTakesQueryOrForm),
        arguments: ["\u{212A}ey", "key", "Key ", " Key", "Key\u{0}", "Key\u{301}", "Ke", "Keyy"])
    func clientID(id: String) async throws {
        let setup = ServerUnderTest(authentication: .none) {
            $0.client = RegisteredClient(
                id: "Key", secretDigest: nil, redirectURIs: [ServerUnderTest.redirectURI], authentication: .none)
        }
        let encoded = TestClient.encode(id)
        let request = ServerUnderTest.request.replacing("client_id=client", with: "client_id=")
        #expect(throws: UntrustedAuthorizationRequest.self) {
            try setup.decide(request.replacing("client_id=", with: "client_id=\(encoded)"))
        }
        let code = try await setup.code(request.replacing("client_id=", with: "client_id=Key"))
        let body = "grant_type=authorization_code&code=\(code)&code_verifier=\(ServerUnderTest.verifier)&client_id="
        #expect(await refusal { try await setup.token(body + encoded, authorization: []) } == .invalidClient)
        _ = try await setup.token(body + "Key", authorization: [])
    }

    @Test(
        "A code is redeemed only with its own redirect URI", .proves(.redirectURIMustRepeat),
        arguments: [
            "http://localhost:3031/callback/", "http://localhost:3031/Callback", "http://localhost:3031/callback?",
            "http://127.0.0.1:3031/callback", "http://localhost:3032/callback", "http://localhost/callback",
            "http://LOCALHOST:3031/callback", "http://localhost:3031/callbac", "http://localhost:3031/call%62ack",
        ])
    func redirectURIs(uri: String) async throws {
        let code = try await setup.code()
        #expect(
            await refusal { try await setup.redeem(code, "&redirect_uri=" + TestClient.encode(uri)) } == .invalidGrant)
        _ = try await setup.redeem(code, "&redirect_uri=" + TestClient.encode(ServerUnderTest.redirectURI))
    }
}

import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@Suite("A public client beside the one with a secret")
struct PublicClientTests {
    private static let id = "public"
    private static let request = ServerUnderTest.request.replacing("client_id=client", with: "client_id=public")
    private static let post = "&client_id=client&client_secret=s3cret%3A%2B%25%2F"

    private let setup = ServerUnderTest { configuration in
        configuration.otherClients = [
            RegisteredClient(
                id: id, secretDigest: nil, redirectURIs: configuration.client.redirectURIs, authentication: .none)
        ]
    }

    /// The tokens of the public client, from a login.
    private func publicTokens() async throws -> TokenResponse {
        try await redeem(try await setup.code(Self.request), "&client_id=public", [])
    }

    private func redeem(_ code: String, _ more: String, _ authorization: [String]) async throws -> TokenResponse {
        try await setup.token(
            "grant_type=authorization_code&code=\(code)&code_verifier=\(ServerUnderTest.verifier)\(more)",
            authorization: authorization)
    }

    private func refresh(
        _ token: Secret?, _ more: String = "&client_id=public", _ authorization: [String] = []
    ) async throws -> TokenResponse {
        try await setup.token(
            "grant_type=refresh_token&refresh_token=\(try #require(token).reveal())\(more)",
            authorization: authorization)
    }

    @Test(
        "Both clients log in, each in its own way", .proves(.clientIsAuthenticatedFirst, .clientAuthenticationIsListed))
    func both() async throws {
        let tokens = try await publicTokens()
        #expect(try await setup.server.accessTokens.check(tokens.accessToken).grant.clientID == Self.id)
        let others = try await setup.tokens()
        #expect(try await setup.server.accessTokens.check(others.accessToken).grant.clientID == "client")
        let metadata = setup.server.metadata.authorizationServer(origin: ServerUnderTest.origin)
        #expect(metadata.tokenMethods == [.basic, .post, .none])
        #expect(metadata.revocationMethods == [.basic, .post, .none])
        #expect(metadata.introspectionMethods == [.basic, .post])
        #expect(metadata.grantTypes == GrantType.allCases)
    }

    @Test("A code of one client is no good for the other, and stays good for its own")
    func codes() async throws {
        let ours = try await setup.code(Self.request)
        for (more, authorization) in [("", [ServerUnderTest.basic]), (Self.post, [])] {
            let error = await #expect(throws: OAuthError.self) { try await redeem(ours, more, authorization) }
            #expect(error?.code == .invalidGrant)
            #expect(
                error?.description == "The authorization code is unknown or was revoked. Start a new authorization.")
            #expect(error?.explanation?.received?.text.contains("issued to client 'public'") == true)
            #expect(error?.explanation?.expected?.text.contains("client 'client'") == true)
        }
        _ = try await redeem(ours, "&client_id=public", [])

        let theirs = try await setup.code()
        #expect(await refusal { try await redeem(theirs, "&client_id=public", []) } == .invalidGrant)
        _ = try await redeem(theirs, "", [ServerUnderTest.basic])
    }

    @Test("PKCE protects its codes")
    func verifier() async throws {
        let code = try await setup.code(Self.request)
        for verifier in [String(repeating: "a", count: 43), ""] {
            let body = "grant_type=authorization_code&code=\(code)&client_id=public&code_verifier=\(verifier)"
            let error = await refusal { try await setup.token(body, authorization: []) }
            #expect(error == (verifier.isEmpty ? .invalidRequest : .invalidGrant))
        }
        let plain = Self.request.replacing("S256", with: "plain")
        #expect(throws: Never.self) { _ = try setup.redirected(plain) }
        let without = Self.request.replacing("&code_challenge=\(ServerUnderTest.challenge)", with: "")
        #expect(try setup.redirected(without).required(.error) == "invalid_request")
    }

    @Test(
        "Its refresh tokens rotate, a replay ends the grant, and the other client can use none of them",
        .proves(.refreshTokensRotate, .reuseRevokesTheFamily, .refreshNeedsItsClient))
    func rotation() async throws {
        let first = try await publicTokens()
        #expect(await refusal { try await refresh(first.refreshToken, "", [ServerUnderTest.basic]) } == .invalidGrant)
        let second = try await refresh(first.refreshToken)
        #expect(second.refreshToken != nil && second.refreshToken != first.refreshToken)
        #expect(await setup.isGood(second.accessToken))
        #expect(await refusal { try await refresh(first.refreshToken) } == .invalidGrant)
        #expect(await !setup.isGood(second.accessToken))
        #expect(await refusal { try await refresh(second.refreshToken) } == .invalidGrant)

        let theirs = try await setup.tokens()
        let error = await #expect(throws: OAuthError.self) { try await refresh(theirs.refreshToken) }
        #expect(error?.code == .invalidGrant)
        #expect(error?.explanation?.received?.text.contains("issued to client 'client'") == true)
        _ = try await setup.refresh(theirs.refreshToken)
    }

    @Test("Each client revokes its own tokens only", .proves(.foreignTokenIsNotRevoked))
    func revocation() async throws {
        let (ours, theirs) = (try await publicTokens(), try await setup.tokens())
        func revoke(_ token: Secret?, _ more: String, _ authorization: [String]) async throws {
            let body = "token=\(try #require(token).reveal())\(more)"
            try await setup.server.revocation.respond(to: form(body), authorization: authorization, peer: "")
        }
        for token in [theirs.refreshToken, theirs.accessToken] { try await revoke(token, "&client_id=public", []) }
        for token in [ours.refreshToken, ours.accessToken] { try await revoke(token, "", [ServerUnderTest.basic]) }
        #expect(await setup.isGood(ours.accessToken))
        #expect(await setup.isGood(theirs.accessToken))
        try await revoke(ours.refreshToken, "&client_id=public", [])
        #expect(await !setup.isGood(ours.accessToken))
        #expect(await setup.isGood(theirs.accessToken))
    }

    @Test("It may not introspect, and the client with the secret learns whose token one is")
    func introspection() async throws {
        let token = try await publicTokens().accessToken.reveal()
        let endpoint = setup.server.introspection
        for more in ["&client_id=public", "&client_id=public&client_secret=s3cret%3A%2B%25%2F"] {
            let error = await #expect(throws: OAuthError.self) {
                try await endpoint.respond(to: form("token=\(token)\(more)"), authorization: [], peer: "")
            }
            #expect(error?.code == .invalidClient)
            #expect(error?.explanation?.hint?.text.contains("'client'") == true)
        }
        let answer = try await endpoint.respond(
            to: form("token=\(token)"), authorization: [ServerUnderTest.basic], peer: "")
        guard case .active(let active) = answer else {
            Issue.record("The token is not active.")
            return
        }
        #expect(active.clientID == Self.id)
    }

    @Test("It cannot act for itself, and the hint names the client that can")
    func clientCredentials() async {
        let error = await #expect(throws: OAuthError.self) {
            try await setup.token("grant_type=client_credentials&client_id=public", authorization: [])
        }
        #expect(error?.code == .unauthorizedClient)
        #expect(error?.explanation?.hint?.text == "'public' has no secret to prove itself. 'client' has one.")
        #expect(error?.explanation?.expected?.text.contains("client_credentials") == false)
    }

    @Test("A secret too many and a secret too few are refused, and the hint names the other client")
    func secrets() async throws {
        let body = "grant_type=refresh_token&refresh_token=x"
        let pair = Base64.standard.encode(Array("public:s3cret%3A%2B%25%2F".utf8))
        for (more, authorization) in [
            ("&client_id=public&client_secret=s3cret%3A%2B%25%2F", []),
            ("", ["Basic \(pair)"]), ("", ["Basic \(Base64.standard.encode(Array("public:".utf8)))"]),
        ] {
            let error = await #expect(throws: OAuthError.self) {
                try await setup.token(body + more, authorization: authorization)
            }
            #expect(error?.code == .invalidClient, "\(more)")
            #expect(error?.explanation?.expected?.text == "none (client_id in the body, without a secret)")
            #expect(
                error?.explanation?.hint?.text
                    == "'public' has no secret: leave it out, or take client 'client', which has one.", "\(more)")
        }
        let error = await #expect(throws: OAuthError.self) {
            try await setup.token(body + "&client_id=client", authorization: [])
        }
        #expect(error?.code == .invalidClient)
        #expect(error?.description.contains("without a secret") == false)
        #expect(error?.explanation?.hint?.text.hasSuffix("Client 'public' has none.") == true)
    }

    @Test("An unknown id is refused with and without a secret, and both ids are named")
    func unknown() async throws {
        let pair = Base64.standard.encode(Array("other:s3cret%3A%2B%25%2F".utf8))
        let attempts = [
            ("&client_id=other", []), ("&client_id=other&client_secret=s3cret%3A%2B%25%2F", []),
            ("", ["Basic \(pair)"]),
        ]
        for (more, authorization) in attempts {
            let error = await #expect(throws: OAuthError.self) {
                try await setup.token("grant_type=client_credentials" + more, authorization: authorization)
            }
            #expect(error?.code == .invalidClient, "\(more)")
            #expect(
                error?.explanation?.expected?.text == "client_id 'client', or 'public' without a secret", "\(more)")
        }
        let request = Self.request.replacing("client_id=public", with: "client_id=other")
        let error = #expect(throws: UntrustedAuthorizationRequest.self) { try setup.decide(request) }
        #expect(error?.explanation.expected?.text == "client_id 'client', or 'public' without a secret")
    }
}

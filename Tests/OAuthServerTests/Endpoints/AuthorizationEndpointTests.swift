import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct AuthorizationEndpointTests {
    private let setup = ServerUnderTest()
    private let request = ServerUnderTest.request

    @Test(
        "A complete request is accepted, with base scope and our resource by default",
        .proves(.responseTypeIsCode, .requestedScopeMustBeOffered, .requestedResourceMustBeOurs))
    func accepts() throws {
        let accepted = try setup.accepted(request)
        #expect(accepted.clientID == "client")
        #expect(accepted.redirectURI == ServerUnderTest.redirectURI)
        #expect(accepted.state == "st")
        #expect(accepted.scope.tokens == ["user"])
        #expect(accepted.resource == "http://127.0.0.1:9003/mcp")
        #expect(accepted.issuer == "http://127.0.0.1:9003")
    }

    @Test(
        "An unknown client or a bad redirect URI is never redirected",
        .proves(.authorizeParametersAreStrict, .untrustedRedirectIsNeverFollowed, .clientURLIsNotFetched),
        arguments: [
            "", "redirect_uri=http://localhost:3031/callback", "client_id=other&redirect_uri=http://localhost/cb",
            "client_id=https://x/y.json&redirect_uri=http://localhost/cb", "client_id=client",
            "client_id=client&redirect_uri=http://evil/", "client_id=client&redirect_uri=http://localhost/%23x",
            "client_id=client&client_id=client&redirect_uri=http://localhost/cb",
            "client_id=client&redirect_uri=http://localhost/cb&redirect_uri=http://localhost/cb",
        ])
    func untrusted(query: String) {
        #expect(throws: UntrustedAuthorizationRequest.self) { try setup.decide(query) }
    }

    @Test("The error for an incomplete request names what it lacks")
    func missing() {
        let error = #expect(throws: UntrustedAuthorizationRequest.self) { try setup.decide("state=a&client_id=client") }
        #expect(error?.missing == [.redirectURI, .responseType, .codeChallenge, .codeChallengeMethod])
        #expect(error?.clientID == "client")
    }

    @Test(
        "Once client and redirect URI are trusted, an error is redirected with state and issuer",
        .proves(
            .authorizeParametersAreStrict, .responseTypeIsCode, .codeChallengeIsRequired, .onlyS256,
            .requestedScopeMustBeOffered, .requestedResourceMustBeOurs, .errorRedirectIsComplete,
            .otherProfilesAreIgnored),
        arguments: [
            ("response_type=code", "", "invalid_request"),
            ("response_type=code", "response_type=token", "unsupported_response_type"),
            ("&code_challenge=\(ServerUnderTest.challenge)", "", "invalid_request"),
            ("&code_challenge=E9", "&code_challenge=", "invalid_request"),
            ("-cM&", "-c&", "invalid_request"),
            ("-cM&", "-c%3D&", "invalid_request"),
            ("&code_challenge_method=S256", "", "invalid_request"),
            ("=S256", "=s256", "invalid_request"),
            ("=S256", "=plain", "invalid_request"),
            ("=S256", "=S256&code_challenge_method=S256", "invalid_request"),
            ("=S256", "=S256&response_mode=fragment", "invalid_request"),
            ("=S256", "=S256&scope=nope", "invalid_scope"),
            ("=S256", "=S256&scope=user++echo", "invalid_scope"),
            ("=S256", "=S256&scope=user&scope=user", "invalid_request"),
            ("=S256", "=S256&resource=http://evil/mcp", "invalid_target"),
            ("=S256", "=S256&resource=http://127.0.0.1:9003/mcp%23x", "invalid_target"),
            ("=S256", "=S256&resource=http://127.0.0.1:9003/other", "invalid_target"),
        ])
    func redirects(part: String, replacement: String, code: String) throws {
        let pieces = request.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(pieces.count == 2)
        let answer = try setup.redirected(pieces.joined(separator: replacement))
        #expect(answer.values(.error) == [code])
        #expect(answer.values(.state) == ["st"])
        #expect(answer.values(.issuer) == ["http://127.0.0.1:9003"])
        #expect(answer.values(.code).isEmpty)
    }

    @Test("A repeated state is an error without state", .proves(.authorizeParametersAreStrict))
    func repeatedState() throws {
        let answer = try setup.redirected(request + "&state=b")
        #expect(answer.values(.error) == ["invalid_request"])
        #expect(answer.values(.state).isEmpty)
    }

    @Test(
        "Descriptions name the missing challenge, the method and the scopes",
        .proves(.codeChallengeIsRequired, .onlyS256, .requestedScopeMustBeOffered))
    func descriptions() throws {
        let base = "response_type=code&client_id=client&redirect_uri=http://localhost/cb"
        let descriptions = try [
            base, base + "&code_challenge=\(ServerUnderTest.challenge)", request + "&scope=nope",
        ].map { try setup.redirected($0).required(.errorDescription) }
        #expect(descriptions[0].contains("code challenge"))
        #expect(descriptions[1].contains("ransform algorithm not supported"))
        #expect(descriptions[2].contains("user echo offline_access"))
    }

    @Test(
        "Unknown and empty parameters are ignored", .proves(.authorizeParametersAreStrict, .otherProfilesAreIgnored))
    func ignored() throws {
        let accepted = try setup.accepted(
            request + "&prompt=login&nonce=x&nonce=y&login_hint=a&ui_locales=de&scope=&resource=&response_mode=query")
        #expect(accepted.scope.tokens == ["user"])
    }

    @Test(
        "Our resource has many spellings", .proves(.resourceSpellingsAreEqual, .requestedResourceMustBeOurs),
        arguments: [
            "http://127.0.0.1:9003/mcp", "http://127.0.0.1:9003/mcp/", "http://127.0.0.1:9003",
            "HTTP://127.0.0.1:9003/", "http://LOCALHOST:9003/mcp", "http://localhost:9003/",
            "http://127.0.0.1:9003/mcp&resource=http://localhost:9003",
        ])
    func resource(spelling: String) async throws {
        let query = request + "&resource=" + spelling
        #expect(try setup.accepted(query).resource == "http://127.0.0.1:9003/mcp")
        let tokens = try await setup.redeem(try await setup.code(query))
        #expect(await setup.isGood(tokens.accessToken))
    }

    @Test(
        "Another resource must be in the settings, and cannot be combined with ours",
        .proves(.requestedResourceMustBeOurs))
    func otherResource() throws {
        #expect(try setup.accepted(request + "&resource=https://API.example/v1/").resource == "https://api.example/v1")
        let both = try setup.redirected(request + "&resource=https://api.example/v1&resource=\(ServerUnderTest.origin)")
        #expect(both.values(.error) == ["invalid_target"])
    }

    @Test("The login page gets the request's parameters and no others", .proves(.credentialsInAURLAreIgnored))
    func loginQuery() throws {
        let state = "a%26b%3D%25%C3%A4%20%2B"
        let query = request.replacing("state=st", with: "state=\(state)")
        let accepted = try setup.accepted("username=u&password=p&\(query)&prompt=x&resource=\(ServerUnderTest.origin)")
        let travelled = accepted.parameters
        #expect(!travelled.encoded.contains("username") && !travelled.encoded.contains("password"))
        #expect(!travelled.encoded.contains("prompt"))
        let again = try setup.accepted(travelled.encoded)
        #expect(again.state == "a&b=%ä +")
        #expect(again.parameters == travelled)
        #expect(travelled.encoded.contains("state=\(state)"))
    }

    @Test(
        "Approval answers with code, state and issuer", .proves(.authorizationResponseHasIss, .codeIsBoundToItsRequest))
    func approval() async throws {
        let accepted = try setup.accepted(request, origin: ServerUnderTest.localhost)
        let location = try await setup.server.authorization.approve(accepted, by: setup.user)
        #expect(location.hasPrefix("http://localhost:3031/callback?code="))
        let answer = try setup.answer(location)
        #expect(answer.values(.code).first?.utf8.count == 43)
        #expect(answer.values(.state) == ["st"])
        #expect(answer.values(.issuer) == ["http://localhost:9003"])
    }

    @Test("Denial and failure answer with an error, state and issuer", .proves(.errorRedirectIsComplete))
    func denial() throws {
        let accepted = try setup.accepted(request)
        let endpoint = setup.server.authorization
        for (location, code) in [
            (endpoint.failure(accepted, AuthorizationEndpoint.denial), "access_denied"),
            (endpoint.failure(accepted, OAuthError(.serverError, "Sorry.")), "server_error"),
        ] {
            let answer = try setup.answer(location)
            #expect(answer.values(.error) == [code])
            #expect(answer.values(.state) == ["st"])
            #expect(answer.values(.issuer) == ["http://127.0.0.1:9003"])
        }
    }

    @Test("Two approvals of one request give two codes, each usable once", .proves(.oneCodePerApproval))
    func twoApprovals() async throws {
        let (first, second) = (try await setup.code(), try await setup.code())
        #expect(first != second)
        for code in [first, second] { _ = try await setup.redeem(code) }
        for code in [first, second] { #expect(await refusal { try await setup.redeem(code) } == .invalidGrant) }
    }
}

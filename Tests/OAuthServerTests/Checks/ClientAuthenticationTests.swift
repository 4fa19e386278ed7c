import OAuth
import OAuthServer
import Primitives
import Synchronization
import Testing
import TestSupport

@Suite struct ClientAuthenticationTests {
    private static let body = "grant_type=client_credentials"
    private static let post = body + "&client_id=client&client_secret=s3cret%3A%2B%25%2F"

    private static func basic(_ pair: String) -> String {
        "Basic " + Base64.standard.encode(Array(pair.utf8))
    }

    @Test(
        "The secret is accepted encoded in a header, raw in a header, and in the body",
        .proves(.basicCredentialsAreFormDecoded, .bodyCredentialsAreAccepted))
    func accepted() async {
        let setup = ServerUnderTest()
        for (body, authorization) in [
            (Self.body, [Self.basic("client:s3cret%3A%2B%25%2F")]), (Self.body, [Self.basic("client:s3cret:+%/")]),
            (Self.body + "&client_id=client", [ServerUnderTest.basic]), (Self.post, []),
        ] {
            #expect(await refusal { try await setup.token(body, authorization: authorization) } == nil)
        }
    }

    @Test(
        "Every failure is invalid_client", .proves(.invalidClientIsChallenged),
        arguments: [
            (body, []), (body + "&client_id=client", []), (body + "&client_secret=x", []),
            (body + "&client_id=client&client_secret=x", []), (body + "&client_id=x&client_secret=s3cret", []),
            (body, [basic("client:x")]), (body, [basic("x:s3cret:+%/")]), (body, [basic("client:")]),
            (body, ["Bearer abc"]), (body, ["Basic"]),
        ])
    func refused(body: String, authorization: [String]) async {
        #expect(
            await refusal { try await ServerUnderTest().token(body, authorization: authorization) } == .invalidClient)
    }

    @Test("Two mechanisms at once are invalid_request", .proves(.oneClientAuthentication))
    func twice() async {
        #expect(await refusal { try await ServerUnderTest().token(Self.post) } == .invalidRequest)
        #expect(await refusal { try await ServerUnderTest().token(Self.body + "&client_id=x") } == .invalidRequest)
    }

    @Test(
        "Each setting accepts its own method only", .proves(.clientAuthenticationIsListed),
        arguments: [
            (TokenAuthentication.any, [true, true, false]), (.basic, [true, false, false]),
            (.post, [false, true, false]), (.none, [false, false, true]),
        ])
    func settings(authentication: TokenAuthentication, accepted: [Bool]) async {
        let setup = ServerUnderTest(authentication: authentication)
        let refresh = "grant_type=refresh_token&refresh_token=x"
        for (isAccepted, (more, authorization)) in zip(
            accepted,
            [
                ("", [ServerUnderTest.basic]), ("&client_id=client&client_secret=s3cret%3A%2B%25%2F", []),
                ("&client_id=client", []),
            ])
        {
            #expect(
                await refusal { try await setup.token(refresh + more, authorization: authorization) }
                    == (isAccepted ? .invalidGrant : .invalidClient))
        }
    }

    @Test("A public client redeems with its id alone, and PKCE protects the code", .proves(.clientIsAuthenticatedFirst))
    func publicClient() async throws {
        let setup = ServerUnderTest(authentication: .none)
        let code = try await setup.code()
        let body = "grant_type=authorization_code&code=\(code)&code_verifier="
        #expect(
            await refusal {
                try await setup.token(
                    body + String(repeating: "a", count: 43) + "&client_id=client", authorization: [])
            } == .invalidGrant)
        #expect(
            await refusal {
                try await setup.token(body + ServerUnderTest.verifier + "&client_id=other", authorization: [])
            } == .invalidClient)
        _ = try await setup.token(body + ServerUnderTest.verifier + "&client_id=client", authorization: [])
    }

    @Test("After ten wrong secrets in a minute even the right one is refused", .proves(.secretGuessingIsThrottled))
    func throttling() async throws {
        let setup = ServerUnderTest()
        for _ in 1...10 {
            #expect(
                await refusal { try await setup.token(Self.body, authorization: [Self.basic("client:x")]) }
                    == .invalidClient)
            setup.clock.advance(by: .seconds(1))
        }
        let error = await #expect(throws: TooManyAttempts.self) { try await setup.token(Self.body) }
        #expect(error?.retryAfterSeconds == 50)
        #expect(await refusal { try await setup.token(Self.body, peer: "another peer") } == nil)
        setup.clock.advance(by: .seconds(50))
        #expect(await refusal { try await setup.token(Self.body) } == nil)
    }

    #if DEBUG
    @Test(
        "As much is hashed for an unknown id as for the client's, by each method",
        arguments: [0, 1, 43, 1000, 8000])
    func work(length: Int) async throws {
        let secret = String(repeating: "a", count: length)
        for authentication in [TokenAuthentication.any, .basic, .post] {
            let known = await work(authentication, id: "client", secret)
            let unknown = await work(authentication, id: "clienx", secret)
            #expect(known == unknown)
            #expect(known.reduce(0, +) >= length)
        }
    }

    /// The lengths of everything hashed while a client is refused by Basic and by post.
    private func work(_ authentication: TokenAuthentication, id: String, _ secret: String) async -> [Int] {
        let setup = ServerUnderTest(authentication: authentication)
        let hashed = Mutex<[Int]>([])
        await Digest.$meter.withValue({ length in hashed.withLock { $0.append(length) } }) {
            let post = Self.body + "&client_id=\(id)&client_secret=\(secret)"
            for (body, headers) in [(post, []), (Self.body, [Self.basic("\(id):\(secret)")])] {
                _ = await refusal { try await setup.token(body, authorization: headers) }
            }
        }
        return hashed.withLock { $0 }
    }
    #endif
}

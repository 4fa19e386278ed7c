import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

private let credentials = [
    ("client_id", "static-mcp-client-001"), ("client_secret", "your-secret-key-change-this-in-production"),
]
private let basic = (
    "Authorization",
    "Basic " + Base64.standard.encode(Array("static-mcp-client-001:your-secret-key-change-this-in-production".utf8))
)

@Suite("/token, /introspect and /revoke over HTTP")
struct TokenTests {
    @Test("Only a posted form is accepted; the query is ignored", .proves(.tokenEndpointTakesFormsOnly))
    func transport() async throws {
        try await withTestServer { client, _ in
            let get = try await client.get("/token?grant_type=client_credentials")
            #expect(get.status == 405)
            #expect(get["Allow"] == "POST")
            let json = try await client.send(
                "POST", "/token", [("Content-Type", "application/json"), basic],
                body: #"{"grant_type":"client_credentials"}"#)
            #expect(json.status == 400)
            #expect(json.json["error"]?.string == "invalid_request")
            let query = TestClient.encode(credentials)
            let inQuery = try await client.post("/token?\(query)", form: [("grant_type", "client_credentials")])
            #expect(inQuery.status == 401)
        }
    }

    @Test("Every answer is JSON that must not be cached", .proves(.tokenAnswersAreUncachedJSON))
    func headers() async throws {
        try await withTestServer { client, _ in
            let ok = try await client.post("/token", form: credentials + [("grant_type", "client_credentials")])
            let bad = try await client.post("/token", form: credentials + [("grant_type", "password")])
            let stranger = try await client.post("/token", form: [("grant_type", "client_credentials")])
            let inactive = try await client.post("/introspect", form: credentials + [("token", "x")])
            #expect([ok, bad, stranger, inactive].map(\.status) == [200, 400, 401, 200])
            for answer in [ok, bad, stranger, inactive] {
                #expect(answer["Content-Type"] == "application/json")
                #expect(answer["Cache-Control"] == "no-store")
                #expect(answer["Pragma"] == "no-cache")
            }
            #expect(inactive.body == #"{"active":false}"#)
        }
    }

    @Test("A token response has the type, the lifetime as a number, and the scope", .proves(.tokenResponseIsComplete))
    func shape() async throws {
        try await withTestServer { client, _ in
            let document = try await Flow(client).logIn().redeem().answer.json
            #expect(document["token_type"] == "Bearer")
            #expect(document["expires_in"] == 3600)
            #expect(document["scope"] == "user")
            #expect(document["access_token"]?.string?.count == 43)
            #expect(document["refresh_token"]?.string?.count == 43)
        }
    }

    @Test(
        "A client that fails to authenticate gets 401 with a Basic challenge, at every endpoint that requires it",
        .proves(.invalidClientIsChallenged, .introspectionNeedsTheSecret),
        arguments: ["/token", "/introspect", "/revoke"])
    func unauthenticated(path: String) async throws {
        try await withTestServer { client, _ in
            let form = [("grant_type", "client_credentials"), ("token", "x")]
            let wrong = ("Authorization", "Basic " + Base64.standard.encode(Array("static-mcp-client-001:no".utf8)))
            for answer in [
                try await client.post(path, form: form), try await client.post(path, form: form, [wrong]),
                try await client.post(path, form: form, [("Authorization", "Bearer x")]),
                try await client.post(path, form: form + [credentials[0], ("client_secret", "no")]),
            ] {
                #expect(answer.status == 401)
                #expect(answer["WWW-Authenticate"]?.hasPrefix("Basic realm=\"") == true)
                #expect(answer.json["error"]?.string == "invalid_client")
            }
        }
    }

    @Test("After ten wrong secrets in a minute a client has to wait", .proves(.secretGuessingIsThrottled))
    func throttle() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let form = [("grant_type", "client_credentials"), credentials[0]]
            for _ in 0..<10 {
                let answer = try await client.post("/token", form: form + [("client_secret", "wrong")])
                #expect(answer.status == 401)
            }
            let refused = try await client.post("/token", form: form + [credentials[1]])
            #expect(refused.status == 429)
            let wait = refused["Retry-After"].flatMap(Int.init) ?? 0
            #expect((1...60).contains(wait))
            clock.advance(by: .seconds(wait))
            let again = try await client.post("/token", form: form + [credentials[1]])
            #expect(again.status == 200)
        }
    }

    @Test(
        "client_credentials by Basic, without a client_id in the body, opens /mcp", .proves(.unknownGrantTypeIsRefused))
    func clientCredentials() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.post("/token", form: [("grant_type", "client_credentials")], [basic])
            #expect(answer.status == 200)
            #expect(answer.json["refresh_token"] == nil)
            let token = answer.json["access_token"]?.string
            #expect(try await client.callEcho("x", token: token).status == 200)
        }
    }

    @Test(
        "With a public client the verifier alone redeems the code, and no secret is accepted",
        .proves(.clientIsAuthenticatedFirst, .clientAuthenticationIsListed))
    func publicClient() async throws {
        try await withTestServer({ $0.tokenAuth = .none }) { client, _ in
            let flow = try await Flow(client).logIn()
            _ = try await flow.redeem(expecting: 401)
            let tokens = try await flow.redeem(["client_secret": nil])
            #expect(try await client.callEcho("x", token: tokens.accessToken).status == 200)
            let own = try await flow.token(["grant_type": "client_credentials", "client_secret": nil], expecting: 400)
            #expect(own.answer.json["error"]?.string == "unauthorized_client")
            let asked = try await client.post(
                "/introspect", form: [("token", tokens.accessToken), ("client_id", flow.credentials.0)])
            #expect(asked.status == 401)
        }
    }

    @Test(
        "Errors keep to the characters that RFC 6749 allows and to the registered codes",
        .proves(.tokenErrorsAreRegistered))
    func errorCharacters() async throws {
        try await withTestServer { client, _ in
            let codes: Set = [
                "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
                "invalid_scope", "invalid_target",
            ]
            for form in [
                [("grant_type", "\"\\ü\n")], [("grant_type", "authorization_code")],
                [("grant_type", "authorization_code"), ("code", "é"), ("code_verifier", "short")],
                [("grant_type", "refresh_token"), ("refresh_token", "\u{0}")],
                [("grant_type", "client_credentials"), ("scope", "\"quoted\"")],
                [("grant_type", "client_credentials"), ("resource", "\\\\evil")],
            ] {
                let answer = try await client.post("/token", form: credentials + form)
                #expect(answer.status == 400)
                #expect(codes.contains(answer.json["error"]?.string ?? ""))
                let description = answer.json["error_description"]?.string ?? ""
                #expect(!description.isEmpty)
                #expect(description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
            }
        }
    }

    @Test("Of many concurrent redemptions of one code exactly one gets tokens", .proves(.codeIsSpentOnce))
    func concurrentRedemption() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask { (try? await flow.redeem()) != nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
    }

    @Test("Redeeming a code again revokes all tokens issued for it", .proves(.replayedCodeRevokes))
    func replay() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let first = try await flow.redeem()
            let second = try await flow.refresh(first.refreshToken)
            _ = try await flow.redeem(expecting: 400)
            for token in [first.accessToken, second.accessToken] {
                #expect(try await client.callEcho("x", token: token).status == 401)
            }
            _ = try await flow.refresh(second.refreshToken, expecting: 400)
        }
    }

    @Test("Introspection describes a token, with the issuer and audience of its flow", .proves(.liveTokenIsDescribed))
    func introspection() async throws {
        try await withTestServer { client, _ in
            let tokens = try await Flow(client).logIn().redeem()
            let document = try await client.post(
                "/introspect", form: credentials + [("token", tokens.accessToken)]
            ).json
            #expect(document["active"] == true)
            #expect(document["scope"] == "user")
            #expect(document["client_id"] == "static-mcp-client-001")
            #expect(document["username"] == "demo_user")
            #expect(document["token_type"] == "Bearer")
            #expect(document["sub"] == "demo_user")
            #expect(document["iss"]?.string == client.origin)
            #expect(document["aud"]?.string == "\(client.origin)/mcp")
            let (issued, expires) = (document["iat"]?.number?.intValue, document["exp"]?.number?.intValue)
            #expect((expires ?? 0) - (issued ?? 0) == 3600)
            #expect(document["jti"]?.string?.isEmpty == false)
        }
    }
}

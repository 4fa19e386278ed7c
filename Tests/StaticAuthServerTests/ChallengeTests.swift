import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Access tokens at /mcp")
struct ChallengeTests {
    private func resourceMetadata(_ client: TestClient) -> String {
        "resource_metadata=\"\(client.origin)/.well-known/oauth-protected-resource/mcp\""
    }

    @Test(
        "Without a token every method is 401, with a challenge that names no error",
        .proves(.bearerNeededOnEveryRequest, .firstChallengeHasNoError, .challengeNamesThePathForm))
    func noToken() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            for method in ["POST", "GET", "DELETE"] {
                for fields in [[], [("Mcp-Session-Id", session)], [("Authorization", "Basic eDp5")]] {
                    let answer = try await client.send(method, "/mcp", fields, body: "{broken")
                    #expect(answer.status == 401)
                    #expect(answer["WWW-Authenticate"] == "Bearer \(resourceMetadata(client)), scope=\"user\"")
                    #expect(answer["Content-Type"] == "application/json")
                    #expect(answer["Cache-Control"] == "no-store")
                    #expect(!answer.json.isEmpty)
                }
            }
            let metadata = try await client.get("/.well-known/oauth-protected-resource/mcp")
            #expect(metadata.json["resource"]?.string == "\(client.origin)/mcp")
        }
    }

    @Test(
        "Anything but our own access token is 401 invalid_token",
        .proves(.invalidTokenIsRefused, .challengeIsWellFormed, .foreignTokenIsRefused, .tokenKindsAreApart))
    func wrongTokens() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let unspent = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"
            for token in ["unknown", "bad token", jwt, unspent.code, tokens.refreshToken ?? ""] {
                let answer = try await client.callEcho("x", token: token)
                #expect(answer.status == 401)
                let challenge = answer["WWW-Authenticate"] ?? ""
                #expect(challenge.hasPrefix("Bearer error=\"invalid_token\", error_description=\""))
                #expect(challenge.contains(resourceMetadata(client)))
                #expect(challenge.contains("scope=\"user\""))
                #expect(answer.json["error"]?.string == "invalid_token")
            }
        }
    }

    @Test("A token expires exactly at its announced time", .proves(.invalidTokenIsRefused, .accessTokenEndsOnTime))
    func expiry() async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.accessTokenTTL = .seconds(2) }, now: clock.now) { client, _ in
            let tokens = try await Flow(client).logIn().redeem()
            #expect(tokens.answer.json["expires_in"] == 2)
            clock.advance(by: .milliseconds(1999))
            #expect(try await client.callEcho("x", token: tokens.accessToken).status == 200)
            clock.advance(by: .milliseconds(1))
            #expect(try await client.callEcho("x", token: tokens.accessToken).status == 401)
        }
    }

    @Test(
        "A revoked token is refused at the next request",
        .proves(.revocationWorksAtOnce, .revocationAlwaysSucceeds, .revocationTakesTheFamily))
    func revocation() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            #expect(try await client.callEcho("x", token: tokens.accessToken).status == 200)
            let answer = try await client.post(
                "/revoke",
                form: [
                    ("token", tokens.accessToken), ("client_id", flow.credentials.0),
                    ("client_secret", flow.credentials.1),
                ])
            #expect(answer.status == 200)
            #expect(answer.body == "")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(try await client.callEcho("x", token: tokens.accessToken).status == 401)
            _ = try await flow.refresh(tokens.refreshToken)
        }
    }

    // The parsed head is reused for the next request with the same head; the validity of its token is not.
    @Test(
        "A revoked token is refused on a connection where the same request was answered before",
        .proves(.revocationWorksAtOnce))
    func revocationOnOneConnection() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let (fields, body) = TestClient.modernRequest("tools/list", token: token)
            let connection = try await RawConnection(port: client.port)
            for _ in 0..<2 {
                await connection.send(client.head("POST", "/mcp", fields, body))
                #expect(await connection.read(until: "serverInfo").hasPrefix("HTTP/1.1 200"))
            }
            let credentials = Flow(client).credentials
            _ = try await client.post(
                "/revoke",
                form: [("token", token), ("client_id", credentials.0), ("client_secret", credentials.1)])
            await connection.send(client.head("POST", "/mcp", fields, body))
            #expect(await connection.read(until: "invalid_token").hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test("A token for another resource is refused", .proves(.foreignAudienceIsRefused))
    func audience() async throws {
        try await withTestServer({ $0.resource = ["https://other.example.com/mcp"] }) { client, _ in
            let flow = try await Flow(client, ["resource": "https://other.example.com/mcp"]).logIn()
            let answer = try await client.callEcho("x", token: try await flow.redeem().accessToken)
            #expect(answer.status == 401)
            #expect(answer.json["error"]?.string == "invalid_token")
        }
    }

    @Test(
        "A token obtained through one spelling of loopback works through the others",
        .proves(.resourceSpellingsAreEqual))
    func spellings() async throws {
        try await withTestServer { client, _ in
            let port = client.port
            for resource in [
                "http://localhost:\(port)/mcp", "http://127.0.0.1:\(port)", "HTTP://LOCALHOST:\(port)/mcp/",
                "http://[::1]:\(port)/",
            ] {
                let token = try await Flow(client, ["resource": resource]).logIn().redeem().accessToken
                var other = client
                other.host = "127.0.0.1:\(port)"
                #expect(try await other.callEcho("x", token: token).status == 200, "\(resource)")
            }
        }
    }

    @Test("A token in the URL, or two Authorization fields, are 400 invalid_request", .proves(.tokenComesInOneHeader))
    func malformedRequests() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest("tools/list", token: token)
            for (target, more) in [
                ("/mcp?access_token=\(token)", []), ("/mcp?access_token=", []),
                ("/mcp", [("Authorization", "Bearer \(token)")]),
            ] as [(String, [(String, String)])] {
                let answer = try await client.send("POST", target, fields + more, body: body)
                #expect(answer.status == 400)
                #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer error=\"invalid_request\"") == true)
            }
        }
    }

    @Test(
        "The scheme's name is case-insensitive", .proves(.authenticationSchemeIgnoresCase),
        arguments: ["bearer", "BEARER", "Bearer"])
    func scheme(name: String) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest("tools/list", token: nil)
            let answer = try await client.send(
                "POST", "/mcp", fields + [("Authorization", "\(name) \(token)")], body: body)
            #expect(answer.status == 200)
        }
    }

    @Test("Host and Origin come first, then the method, then the token, then everything else")
    func order() async throws {
        try await withTestServer { client, _ in
            let origin = try await client.send("PUT", "/mcp", [("Origin", "http://evil.example")], body: "{")
            #expect(origin.status == 403)
            let method = try await client.send("PUT", "/mcp", [], body: "{")
            #expect(method.status == 405)
            let token = try await client.send("POST", "/mcp", [("Content-Type", "text/plain")], body: "{")
            #expect(token.status == 401)
        }
    }

    @Test(
        "The challenge of a tool with a further scope names all scopes it needs, and a token with them works",
        .proves(.missingScopeIsForbidden))
    func stepUp() async throws {
        try await withTestServer({ $0.requireScope = ["echo": "echo"] }) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let answer = try await client.callEcho("x", token: token)
            #expect(answer.status == 403)
            let challenge = answer["WWW-Authenticate"] ?? ""
            #expect(challenge.contains("error=\"insufficient_scope\""))
            #expect(challenge.contains("scope=\"user echo\""))
            #expect(challenge.contains(resourceMetadata(client)))
            #expect(try await client.modern("tools/list", token: token).status == 200)
            #expect(try await client.modern("tools/call", ["name": "get_time"], token: token).status == 200)
            let wider = try await Flow(client, ["scope": "user echo"]).logIn().redeem().accessToken
            #expect(try await client.callEcho("x", token: wider).status == 200)
        }
    }

    @Test(
        "Base scope, tool scope and refresh use the same scope check",
        .proves(.oneScopeCheck),
        arguments: [
            "user", "user echo", "echo user", "echo", "user echoes", "user ECHO", "user ech", "User echo",
            "user x echo",
        ])
    func oneCheck(granted: String) async throws {
        let scope = Scope(granted.split(separator: " ").map(String.init))
        try await withTestServer({ $0.requireScope = ["echo": "echo"] }) { client, _ in
            let document: JSONObject = ["scope": .string(granted), "refresh_token": true]
            let issued = try await client.debug("/tokens/issue", document).json
            let token = try #require(issued["access_token"]?.string)
            let listed = try await client.modern("tools/list", token: token).status
            #expect(listed == (scope.covers(Scope(["user"])) ? 200 : 403))
            let called = try await client.callEcho("x", token: token).status
            #expect(called == (scope.covers(Scope(["user", "echo"])) ? 200 : 403))
            let refreshed = try await Flow(client).attempt([
                "grant_type": "refresh_token", "refresh_token": issued["refresh_token"]?.string, "scope": "echo",
            ])
            #expect(refreshed.answer.status == (scope.covers(Scope(["echo"])) ? 200 : 400))
        }
    }

    @Test("A token without the base scope is 403 for everything", .proves(.missingScopeIsForbidden))
    func baseScope() async throws {
        try await withTestServer({ $0.scope = "read write" }) { client, _ in
            let token = try await Flow(client, ["scope": "read"]).logIn().redeem().accessToken
            let answer = try await client.modern("tools/list", token: token)
            #expect(answer.status == 403)
            #expect(answer["WWW-Authenticate"]?.contains("scope=\"read write\"") == true)
        }
    }
}

import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Debug operations on tokens and sessions")
struct TokenToolsTests {
    private func issue(_ client: TestClient, _ document: JSONObject = [:]) async throws -> TestClient.Answer {
        try await client.debug("/tokens/issue", document)
    }

    private func token(_ client: TestClient, _ document: JSONObject = [:]) async throws -> String {
        try #require(try await issue(client, document).json["access_token"]?.string)
    }

    private func introspect(_ client: TestClient, _ token: String) async throws -> JSONObject {
        let (id, secret) = Flow(client).credentials
        return try await client.post(
            "/introspect", form: [("token", token), ("client_id", id), ("client_secret", secret)]
        ).json
    }

    @Test("A token is issued without a flow, for the first user and the base scope")
    func issuing() async throws {
        try await withTestServer { client, _ in
            let answer = try await issue(client)
            #expect(answer.status == 200)
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.json["token_type"] == "Bearer")
            #expect(answer.json["expires_in"] == 3600)
            #expect(answer.json["scope"] == "user")
            #expect(answer.json["refresh_token"] == nil)
            let token = try #require(answer.json["access_token"]?.string)
            #expect(try await client.status(token) == 200)
            #expect(try await introspect(client, token)["username"] == "demo_user")
        }
    }

    @Test("Subject, client, scope, lifetime and a refresh token can be specified")
    func issuingMore() async throws {
        try await withTestServer { client, _ in
            let answer = try await issue(
                client,
                ["subject": "ann", "client": "other", "scope": "user echo", "ttl": 60, "refresh_token": true])
            #expect(answer.json["expires_in"] == 60)
            #expect(answer.json["scope"] == "user echo")
            let token = try #require(answer.json["access_token"]?.string)
            let claims = try await introspect(client, token)
            #expect(claims["sub"] == "ann")
            #expect(claims["client_id"] == "other")
            let own = try await issue(client, ["refresh_token": true])
            _ = try await Flow(client).refresh(own.json["refresh_token"]?.string)
            let stale = try await self.token(client, ["ttl": 0])
            #expect(try await client.callEcho("", token: stale)["WWW-Authenticate"]?.contains("has expired") == true)
        }
    }

    @Test("A token expired by debugging is refused as expired, and can be refreshed")
    func expiring() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let other = try await token(client, ["subject": "ann"])
            let answer = try await client.debug("/tokens/expire", ["token": .string(tokens.accessToken)])
            #expect(answer.json["expired"] == 1)
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(refused.status == 401)
            #expect(refused["WWW-Authenticate"]?.contains("has expired") == true)
            #expect(try await introspect(client, tokens.accessToken)["active"] == false)
            #expect(try await client.status(other) == 200)
            let next = try await flow.refresh(tokens.refreshToken)
            #expect(try await client.status(next.accessToken) == 200)
        }
    }

    @Test("All tokens of one kind, or of one subject, expire at once")
    func expiringMany() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let ann = try await token(client, ["subject": "ann"])
            #expect(try await client.debug("/tokens/expire", ["subject": "ann"]).json["expired"] == 1)
            #expect(try await client.status(ann) == 401)
            #expect(try await client.status(tokens.accessToken) == 200)
            #expect(try await client.debug("/tokens/expire", ["all": true]).json["expired"] == 1)
            #expect(try await client.status(tokens.accessToken) == 401)
            let next = try await flow.refresh(tokens.refreshToken)
            #expect(try await client.debug("/tokens/expire", ["all": true, "kind": "refresh"]).json["expired"] == 1)
            #expect(try await client.status(next.accessToken) == 200)
            let refused = try await flow.refresh(next.refreshToken, expecting: 400)
            #expect(refused.answer.json["error_description"]?.string?.contains("has expired") == true)
        }
    }

    @Test(
        "Tokens expired before a reset stay expired, however many tokens are issued later", arguments: [70_000])
    func horizon(count: Int) async throws {
        let store = CountingStore()
        try await withTestServer(store: store) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let late = try await Flow(client).logIn()
            let session = try await client.openSession(token: tokens.accessToken)
            _ = try await client.debug("/tokens/expire", ["token": .string(tokens.accessToken)])
            _ = try await client.debug("/tokens/expire", ["all": true, "kind": "code"])
            let before = try await token(client, ["ttl": 1_000_000])
            for number in 0..<count { _ = store.insert(SampleGrant("\(number)").tokens(1, withRefreshToken: false)) }
            #expect(try await client.status(tokens.accessToken) == 401)
            _ = try await late.redeem(expecting: 400)
            #expect(try await client.status(before) == 200)
            #expect(
                try await client.debug("/tokens/expire", ["all": true]).json["expired"]?.number?.intValue == count + 1)
            #expect(try await client.status(before) == 401)
            let other = try await token(client)
            for number in 0..<count { _ = store.insert(SampleGrant("b\(number)").tokens(1, withRefreshToken: false)) }
            let reset = try await client.debug("/reset")
            #expect(reset.json["sessions"] == 1)
            #expect(try await client.status(other) == 401)
            _ = try await flow.refresh(tokens.refreshToken, expecting: 400)
            let next = try await token(client)
            #expect(try await client.legacy("ping", session: session, token: next).status == 404)
        }
    }

    @Test("An access token is revoked alone, a subject's tokens with their grants")
    func revoking() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let first = try await client.debug("/tokens/revoke", ["token": .string(tokens.accessToken)])
            #expect(first.json["revoked"] == 1)
            #expect(try await client.status(tokens.accessToken) == 401)
            let next = try await flow.refresh(tokens.refreshToken)
            #expect(try await client.debug("/tokens/revoke", ["subject": "ann"]).json["revoked"] == 0)
            #expect(try await client.debug("/tokens/revoke", ["subject": "demo_user"]).json["revoked"] == 1)
            #expect(try await client.status(next.accessToken) == 401)
            _ = try await flow.refresh(next.refreshToken, expecting: 400)
        }
    }

    @Test("A stream ends when debugging expires its token or drops its session")
    func streams() async throws {
        try await withTestServer(keepAlive: .seconds(600)) { client, _ in
            let token = try await token(client)
            let session = try await client.openSession(token: token)
            let get = try await EventReader(
                client, "GET", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)])
            let dropped = try await client.debug("/sessions/drop", ["session": .string(session)])
            #expect(dropped.json["dropped"] == 1)
            while await get.next() != nil {}
            #expect(try await client.legacy("ping", session: session, token: token).status == 404)
            let listen = try await client.listen(token: token)
            _ = try await client.debug("/tokens/expire", ["all": true])
            while await listen.next() != nil {}
        }
    }

    @Test("All sessions, or those of a subject, are dropped, and initialize opens new ones")
    func dropping() async throws {
        try await withTestServer { client, _ in
            let (own, ann) = (try await token(client), try await token(client, ["subject": "ann"]))
            _ = try await client.openSession(token: own)
            _ = try await client.openSession(token: ann)
            #expect(try await client.debug("/sessions/drop", ["subject": "ann"]).json["dropped"] == 1)
            #expect(try await client.debug("/sessions/drop", ["all": true]).json["dropped"] == 1)
            #expect(try await client.debug("/sessions/drop", ["all": true]).json["dropped"] == 0)
            _ = try await client.openSession(token: own)
        }
    }

    @Test("A stream is notified that the list of tools has changed")
    func listChanged() async throws {
        try await withTestServer { client, _ in
            let stream = try await client.listen(token: try await token(client))
            #expect(try await client.debug("/tools/list-changed").json["open_streams"] == 1)
            let event = await stream.nextMessage()
            #expect(event?.json["method"] == "notifications/tools/list_changed")
        }
    }

    @Test("A reset restores the initial state")
    func reset() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let session = try await client.openSession(token: tokens.accessToken)
            _ = try await client.debug("/tokens/expire", ["token": .string(tokens.accessToken)])
            _ = try await client.debug("/clock", ["advance": 5])
            let answer = try await client.debug("/reset")
            #expect(answer.json["grants"] == 1)
            #expect(answer.json["sessions"] == 1)
            _ = try await flow.refresh(tokens.refreshToken, expecting: 400)
            let next = try await token(client)
            #expect(try await client.legacy("ping", session: session, token: next).status == 404)
            #expect(try await client.get("/debug/clock").json["offset_seconds"] == 0)
        }
    }

    @Test("A reset clears the counts of wrong secrets and passwords, and of tool calls")
    func attempts() async throws {
        try await withTestServer({ $0.rateLimit = 1 }) { client, _ in
            let wrong = ["grant_type": "client_credentials", "client_secret": "wrong"]
            for _ in 0..<10 { _ = try await Flow(client).token(wrong, expecting: 401) }
            _ = try await Flow(client).token(wrong, expecting: 429)
            for _ in 0..<10 { _ = try await Flow(client).submitLogin(password: "wrong") }
            #expect(try await Flow(client).submitLogin(password: "wrong").status == 429)
            let before = try await token(client)
            #expect(try await client.status(before) == 200)
            #expect(try await client.status(before) == 429)
            _ = try await client.debug("/reset")
            _ = try await Flow(client).token(wrong, expecting: 401)
            #expect(try await Flow(client).submitLogin(password: "wrong").status == 403)
            #expect(try await client.status(try await token(client)) == 200)
        }
    }

    @Test("Mistakes are shown to a browser as a page, and misspelt words are recognised")
    func forPeople() async throws {
        try await withTestServer { client, _ in
            let page = try await client.get("/debug/flows/77", [("Accept", "text/html,*/*;q=0.8")])
            #expect(page.status == 404)
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page.body.contains("/debug/flows lists them."))
            let filter = try await client.get("/debug/requests?endpont=token")
            #expect(filter.json["hint"] == "Did you mean 'endpoint'?")
            #expect(filter.json["received"] == "'endpont'")
            let word = try await client.debug("/faults", ["endpoint": "tokens", "fault": ["status": 500]])
            #expect(word.json["hint"] == "Did you mean 'token'?")
            let member = try await client.debug("/tokens/issue", ["subjekt": "ann"])
            #expect(member.json["hint"] == "Did you mean 'subject'?")
        }
    }

    @Test(
        "An invalid document is refused with the member's name, without repeating a token",
        arguments: [
            ("/tokens/expire", [:], "token", "either token, or subject, or all: true"),
            ("/tokens/expire", ["token": "some-secret", "all": true], "token", "either token, or subject"),
            ("/tokens/expire", ["all": false], "all", "true"),
            ("/tokens/expire", ["all": true, "kind": "both"], "kind", "one of access, refresh, code, all"),
            ("/tokens/expire", ["token": "some-secret"], "token", "a code or token that can be used"),
            ("/tokens/revoke", ["token": ["some-secret"]], "token", "text"),
            ("/tokens/revoke", ["token": "some-secret"], "token", "a code or token that can be used"),
            ("/tokens/issue", ["ttl": -1], "ttl", "a whole number from 0 to 315360000"),
            ("/tokens/issue", ["refresh_token": "yes"], "refresh_token", "true or false"),
            ("/tokens/issue", ["user": "ann"], "user", "one of the members subject"),
            ("/sessions/drop", ["session": "some-secret"], "session", "the Mcp-Session-Id of a session"),
        ] as [(String, JSONObject, String, String)])
    func malformed(path: String, document: JSONObject, member: String, expected: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.debug(path, document)
            #expect(answer.status == 400)
            #expect(answer.json["member"]?.string == member)
            #expect(answer.json["expected"]?.string?.hasPrefix(expected) == true)
            #expect(!answer.body.contains("some-secret"))
        }
    }

    @Test(
        "With --no-debug they do not exist",
        arguments: [
            "clock", "tokens/issue", "tokens/expire", "tokens/revoke", "sessions/drop", "tools/list-changed", "reset",
        ])
    func off(path: String) async throws {
        try await withTestServer({ $0.debug = false }) { client, _ in
            let answer = try await client.debug("/\(path)")
            #expect(answer.status == 404)
        }
    }
}

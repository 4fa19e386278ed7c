import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Hints name what caused a refusal, and nothing else")
struct CauseTests {
    private func hint(_ answer: TestClient.Answer) -> String {
        let data = answer.json["error"]?.object?["data"]?.object
        return (data ?? answer.json)["hint"]?.string ?? ""
    }

    private func play(_ name: String, _ client: TestClient) async throws {
        _ = try await client.debug("/scenario", ["name": .string(name)], method: "PUT")
    }

    // MARK: /debug

    @Test("A token whose time was over was not expired by /debug", arguments: ["clock", "time"])
    func naturalExpiry(cause: String) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let tokens = try await Flow(client).logIn().redeem()
            if cause == "clock" {
                _ = try await client.debug("/clock", ["advance": 7200])
            } else {
                clock.advance(by: .seconds(7200))
            }
            _ = try await client.debug("/tokens/issue")
            #expect(try await client.debug("/tokens/expire", ["all": true]).json["expired"] == 1)
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(!hint(refused).contains("/debug/tokens/expire"), "\(hint(refused))")
            #expect(
                hint(refused).contains(
                    cause == "clock" ? "moved the server's clock 2 h forward" : "It expired 60 min ago"))
        }
    }

    @Test("A code and a refresh token whose time was over were not expired or revoked by /debug")
    func naturalExpiryOfOthers() async throws {
        let clock = FixedClock()
        try await withTestServer(
            {
                $0.codeTTL = .seconds(60)
                $0.refreshTokenTTL = .seconds(120)
            }, now: clock.now
        ) { client, _ in
            let (flow, tokens) = (try await Flow(client).logIn(), try await Flow(client).logIn().redeem())
            clock.advance(by: .seconds(600))
            _ = try await client.debug("/tokens/issue", ["refresh_token": true])
            _ = try await client.debug("/tokens/expire", ["all": true, "kind": "all"])
            let expired = [
                try await flow.redeem(expecting: 400).answer,
                try await flow.refresh(tokens.refreshToken, expecting: 400).answer,
            ]
            #expect(expired.map(hint) == ["It expired 9 min ago.", "It expired 8 min ago."])
            _ = try await client.debug("/tokens/issue")
            _ = try await client.debug("/tokens/revoke", ["all": true])
            let revoked = [
                try await flow.redeem(expecting: 400).answer,
                try await flow.refresh(tokens.refreshToken, expecting: 400).answer,
            ]
            #expect(
                revoked.map(hint) == [
                    "It expired 9 min ago by the server's clock.", "It expired 8 min ago by the server's clock.",
                ])
        }
    }

    @Test("Tokens of a grant that ended by a second use of its code were not revoked by /debug")
    func replayedBefore() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await flow.redeem(expecting: 400)
            _ = try await client.debug("/tokens/issue")
            _ = try await client.debug("/tokens/revoke", ["all": true])
            #expect(
                hint(try await client.callEcho("", token: tokens.accessToken)).contains("a second time in request 3"))
            let refresh = try await flow.refresh(tokens.refreshToken, expecting: 400).answer
            #expect(hint(refresh).contains("a second time in request 3"))
            #expect(hint(try await flow.redeem(expecting: 400).answer).contains("in request 3, where a code"))
        }
    }

    @Test("What /debug revoked was not revoked by the client that tries it afterwards")
    func revokedBefore() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await client.debug("/tokens/revoke", ["all": true])
            let form = [
                ("token", tokens.refreshToken ?? ""), ("client_id", flow.credentials.0),
                ("client_secret", flow.credentials.1),
            ]
            #expect(try await client.post("/revoke", form: form).status == 200)
            #expect(
                hint(try await client.callEcho("", token: tokens.accessToken)).hasPrefix("POST /debug/tokens/revoke"))
        }
    }

    @Test("The end of a grant names the fault that made its client use a refresh token again")
    func faultBehindReplay() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await client.debug("/faults", ["endpoint": "token", "fault": ["preset": "truncated-json"]])
            _ = try? await flow.refresh(tokens.refreshToken)
            _ = try await flow.refresh(tokens.refreshToken, expecting: 400)
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(refused).hasSuffix("was changed on purpose (fault 1: truncated-json)."), "\(hint(refused))")
        }
    }

    // MARK: Scenarios

    @Test("No hint sends a client to metadata that a scenario makes untrue")
    func untrueMetadata() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            try await play("auth-methods-lie", client)
            let (id, secret) = Flow(client).credentials
            let basic = Base64.standard.encode(Array("\(id):\(secret)".utf8))
            let refused = try await client.post(
                "/token", form: [("grant_type", "client_credentials")], [("Authorization", "Basic \(basic)")])
            #expect(hint(refused).hasPrefix("The metadata name a method that is not accepted."))
            #expect(hint(refused).contains("The scenario 'auth-methods-lie' is running"))
        }
    }

    @Test("A scenario is not named for what would be refused without it")
    func otherCauses() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let credentials = Flow(client).credentials
            func token(_ form: [(String, String)], _ fields: [(String, String)] = []) async throws -> String {
                hint(try await client.post("/token", form: form, fields))
            }
            let both = [("client_id", credentials.0), ("client_secret", credentials.1)]
            let own = [("grant_type", "client_credentials")] + both
            let code = [("grant_type", "authorization_code"), ("code_verifier", Flow.verifier)] + both
            try await play("auth-basic-only", client)
            let basic = Base64.standard.encode(Array("\(credentials.0):bad".utf8))
            #expect(
                !(try await token([("grant_type", "client_credentials")], [("Authorization", "Basic \(basic)")]))
                    .contains("scenario"))
            #expect(!(try await token([("grant_type", "client_credentials")])).contains("scenario"))
            #expect((try await token(own)).contains("The scenario 'auth-basic-only' is running"))
            try await play("resource-required", client)
            #expect(!(try await token(own + [("resource", "https://x.example/")])).contains("scenario"))
            #expect((try await token(own)).contains("'resource-required' is running"))
            try await play("resource-slash", client)
            #expect(!(try await token(own + [("resource", "https://x.example/")])).contains("scenario"))
            try await play("code-expired", client)
            #expect(!(try await token(code + [("code", "abc")])).contains("scenario"))
            #expect(
                !(try await token([("grant_type", "refresh_token"), ("refresh_token", "abc")] + both)).contains(
                    "scenario"))
            try await play("refresh-rotate-strict", client)
            #expect(!(try await token(code + [("code", "abc")])).contains("scenario"))
            try await play("client-gone", client)
            let stranger = [("grant_type", "client_credentials"), ("client_id", "foo"), ("client_secret", "x")]
            #expect(!(try await token(stranger)).contains("scenario"))
            let gone = try await token(own)
            #expect(gone.hasPrefix("The scenario 'client-gone' is running"), "\(gone)")
            try await play("expires-lie", client)
            #expect(!hint(try await client.callEcho("", token: "eyJhbGciOiJub25lIn0.e30.x")).contains("scenario"))
            let tokens = try await Flow(client).logIn().redeem()
            _ = try await client.debug("/tokens/revoke", ["all": true])
            #expect(!hint(try await client.callEcho("", token: tokens.accessToken)).contains("scenario"))
            try await play("redirect-strict", client)
            func authorize(_ uri: String) async throws -> String {
                let target = Flow(client, ["redirect_uri": uri]).target
                return hint(try await client.get(target, [("Accept", "application/json")]))
            }
            #expect(!(try await authorize("https://app.example.com/callback")).contains("scenario"))
            #expect((try await authorize("http://localhost:4444/callback")).contains("'redirect-strict' is running"))
        }
    }

    @Test("A code that the clock made old was not shortened by a scenario that changes something else")
    func unrelatedScenario() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            for name in ["iss-wrong", "expires-lie"] {
                try await play(name, client)
                let flow = try await Flow(client).logIn()
                _ = try await client.debug("/clock", ["advance": 700])
                let refused = hint(try await flow.redeem(expecting: 400).answer)
                #expect(!refused.contains("scenario") && refused.contains("clock 11 min forward"), "\(refused)")
                _ = try await client.debug("/clock", method: "DELETE")
            }
        }
    }

    @Test(
        "An answer that a scenario makes up names it",
        arguments: [("refresh-invalid-grant", "invalid_grant"), ("refresh-wrong-code", "invalid_request")])
    func madeUp(name: String, error: String) async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            try await play(name, client)
            let refused = try await flow.refresh(tokens.refreshToken, expecting: 400).answer
            #expect(refused.json["error"]?.string == error)
            #expect(hint(refused).hasPrefix("The scenario '\(name)' is running: "))
            let entry = try await client.get("/debug/requests/3").json
            #expect(entry["explanation"]?.object?["hint"]?.string == hint(refused))
            #expect(entry["fault"]?.string == "the scenario '\(name)': status 400")
        }
    }

    @Test("A code that is refused as used before by a scenario names it")
    func codeReplay() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            try await play("code-replay", client)
            let refused = try await Flow(client).logIn().redeem(expecting: 400).answer
            #expect(hint(refused).hasPrefix("The scenario 'code-replay' is running: "))
        }
    }

    @Test("An answer that a queued fault makes up is sent as it is, and the journal names the fault")
    func fault() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let body = #"{"error":"invalid_grant"}"#
            _ = try await client.debug(
                "/faults", ["endpoint": "token", "fault": ["status": 400, "body": .string(body)]])
            #expect(try await client.post("/token", form: []).body == body)
            let entry = try await client.get("/debug/requests/1").json
            #expect(entry["fault"] == "fault 1: status 400")
        }
    }

    @Test("A path that a scenario takes away names it", arguments: ["prm-missing", "prm-root-only", "as-openid-only"])
    func missingPath(name: String) async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            try await play(name, client)
            let path =
                name.hasPrefix("prm")
                ? "/.well-known/oauth-protected-resource/mcp" : "/.well-known/oauth-authorization-server"
            #expect(hint(try await client.get(path)).hasPrefix("The scenario '\(name)' is running: "))
            #expect(hint(try await client.get("/.well-known/other")).isEmpty)
        }
    }

    @Test("No hint sends a client into the loop of step-up-loop")
    func loop() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            try await play("step-up-loop", client)
            let token = try await Flow(client, ["scope": "user elevated"]).logIn().redeem().accessToken
            let refused = hint(try await client.callEcho("", token: token))
            #expect(refused.hasPrefix("No authorization brings that scope.") && !refused.contains("Authorize again"))
        }
    }
}

import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Hints about what /debug, faults and scenarios did")
struct InterventionTests {
    /// The hint of an OAuth error or of a JSON-RPC error.
    private func hint(_ answer: TestClient.Answer) -> String {
        let data = answer.json["error"]?.object?["data"]?.object
        return (data ?? answer.json)["hint"]?.string ?? ""
    }

    private func received(_ answer: TestClient.Answer) -> String { answer.json["received"]?.string ?? "" }

    private static let selections: [@Sendable (String) -> JSONObject] = [
        { ["token": .string($0)] }, { _ in ["subject": "demo_user"] }, { _ in ["all": true, "kind": "all"] },
    ]

    @Test("A token that /debug expired is not called old", arguments: [0, 1, 2])
    func expired(selection: Int) async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let tokens = try await Flow(client).logIn().redeem()
            clock.advance(by: .seconds(5))
            _ = try await client.debug("/tokens/expire", Self.selections[selection](tokens.accessToken))
            clock.advance(by: .seconds(2))
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(refused).hasPrefix("POST /debug/tokens/expire expired it 2 s ago, after request "))
            #expect(received(refused) == "one that has expired by the server's clock")
            #expect(!refused.body.contains("at most"))
        }
    }

    @Test("A code and a refresh token that /debug expired are explained by it")
    func expiredOthers() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await Flow(client).logIn().redeem()
            _ = try await client.debug("/tokens/expire", ["all": true, "kind": "all"])
            for answer in [
                try await flow.redeem(expecting: 400).answer,
                try await flow.refresh(tokens.refreshToken, expecting: 400).answer,
            ] {
                #expect(hint(answer).contains("POST /debug/tokens/expire expired it 0 s ago"))
            }
        }
    }

    @Test("A token that /debug revoked does not come from another server", arguments: [0, 1])
    func revoked(selection: Int) async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await client.debug("/tokens/revoke", Self.selections[selection](tokens.refreshToken ?? ""))
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(refused).contains("POST /debug/tokens/revoke revoked it 0 s ago, after request"))
            let refresh = try await flow.refresh(tokens.refreshToken, expecting: 400).answer
            #expect(hint(refresh).contains("POST /debug/tokens/revoke revoked it"))
        }
    }

    @Test("Revoking another user's tokens explains nothing about this user's")
    func otherSubject() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await client.debug("/tokens/issue", ["subject": "ann"])
            _ = try await client.debug("/tokens/revoke", ["subject": "ann"])
            _ = try await flow.redeem(expecting: 400)
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(refused).contains("came a second time"))
        }
    }

    @Test("A token that /debug issued is known, whatever happens to it")
    func issued() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let dead = try await client.debug("/tokens/issue", ["ttl": 0]).json["access_token"]?.string
            let expired = try await client.callEcho("", token: dead)
            #expect(hint(expired) == "POST /debug/tokens/issue issued it with 0 s to live.")
            let both = try await client.debug("/tokens/issue", ["refresh_token": true]).json
            let wrong = try await client.callEcho("", token: both["refresh_token"]?.string)
            #expect(hint(wrong).contains("the refresh token, which POST /debug/tokens/issue issued"))
            _ = try await client.debug("/tokens/revoke", ["all": true])
            let revoked = try await client.callEcho("", token: both["access_token"]?.string)
            #expect(hint(revoked).contains("POST /debug/tokens/revoke revoked it"))
        }
    }

    @Test("After a reset, tokens, codes and sessions were ended by it")
    func reset() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let (flow, tokens) = (try await Flow(client).logIn(), try await Flow(client).logIn().redeem())
            let session = try await client.openSession(token: tokens.accessToken)
            _ = try await client.debug("/clock", ["advance": 600])
            _ = try await client.debug("/reset")
            let answers = [
                try await client.callEcho("", token: tokens.accessToken),
                try await flow.refresh(tokens.refreshToken, expecting: 400).answer,
                try await flow.redeem(expecting: 400).answer,
            ]
            for answer in answers { #expect(hint(answer).contains("POST /debug/reset revoked it 0 s ago")) }
            let fresh = try await Flow(client).logIn().redeem().accessToken
            let lost = try await client.legacy("ping", session: session, token: fresh)
            #expect(hint(lost).contains("POST /debug/reset ended it 0 s ago"))
        }
    }

    // MARK: Sessions

    @Test("A session that /debug dropped was dropped by it", arguments: ["session", "subject", "all"])
    func dropped(member: String) async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let values: [String: JSONValue] = ["session": .string(session), "subject": "demo_user", "all": true]
            _ = try await client.debug("/sessions/drop", JSONObject([(member, values[member] ?? .null)]))
            let lost = try await client.legacy("ping", session: session, token: token)
            #expect(lost.status == 404)
            #expect(hint(lost).contains("POST /debug/sessions/drop ended it 0 s ago, after request"))
        }
    }

    @Test("A session that a fault or a scenario ended was ended by that")
    func lost() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let sessions = [
                try await client.openSession(token: token), try await client.openSession(token: token),
            ]
            _ = try await client.debug("/faults", ["fault": ["mcp": "session-lost"]])
            for _ in 0..<2 {
                let lost = try await client.legacy("ping", session: sessions[0], token: token)
                #expect(hint(lost).hasPrefix("Fault 1 ended it 0 s ago"))
            }
            _ = try await client.debug("/scenario", ["name": "session-404"], method: "PUT")
            let echo: JSONObject = ["name": "echo", "arguments": ["message": "x"]]
            let lost = try await client.legacy("tools/call", echo, session: sessions[1], token: token)
            #expect(hint(lost).hasPrefix("The scenario 'session-404' ended it"))
        }
    }

    @Test("Another user's session is told from one that has ended")
    func foreignSession() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let session = try await client.openSession(token: try await Flow(client).logIn().redeem().accessToken)
            let other = try await client.debug("/tokens/issue", ["subject": "ann"]).json["access_token"]?.string
            let refused = try await client.legacy("ping", session: session, token: other)
            #expect(refused.status == 404)
            #expect(hint(refused).hasPrefix("Another user's or client's token opened it."))
        }
    }

    // MARK: The clock

    @Test("Moving the clock makes no request older, and an expiry by it says so")
    func clock() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let session = try await client.openSession(token: tokens.accessToken)
            clock.advance(by: .seconds(3))
            _ = try await client.debug("/clock", ["advance": 2400])
            #expect(hint(try await flow.redeem(expecting: 400).answer) == "It was used 3 s earlier, in request 2.")
            let other = try await Flow(client).logIn().redeem().accessToken
            let lost = try await client.legacy("ping", session: session, token: other)
            #expect(hint(lost).contains("It was opened 3 s earlier, in request 3, and ended after 30 min without use."))
            #expect(hint(lost).contains("/debug has moved the server's clock 40 min forward since then, at last after"))
            _ = try await client.debug("/clock", ["advance": 3600])
            let expired = try await client.callEcho("", token: other)
            #expect(hint(expired).contains("moved the server's clock 60 min forward since then"))
            #expect(received(expired) == "one that has expired by the server's clock")
            _ = try await client.debug("/clock", method: "DELETE")
            let again = try await flow.redeem(expecting: 400).answer
            #expect(hint(again).hasPrefix("It was used 3 s earlier, in request 2. Its grant was revoked 0 s earlier,"))
        }
    }

    // MARK: Faults

    @Test(
        "A second use of a refresh token is explained by the fault that changed the answer to the first",
        arguments: ["mid-body", "truncated-json", "invalid-utf8"])
    func lostAnswer(fault: String) async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let form = [
                ("grant_type", "refresh_token"), ("refresh_token", tokens.refreshToken ?? ""),
                ("client_id", flow.credentials.0), ("client_secret", flow.credentials.1),
            ]
            let document: JSONObject = fault == "mid-body" ? ["drop": .string(fault)] : ["preset": .string(fault)]
            _ = try await client.debug("/faults", ["endpoint": "token", "fault": .object(document)])
            _ = try? await client.post("/token", form: form)
            let refused = try await client.post("/token", form: form)
            #expect(refused.status == 400)
            #expect(hint(refused).contains("It was used 0 s earlier, in request 3."), "\(hint(refused))")
            #expect(hint(refused).contains("changed on purpose (fault 1: "))
            let access = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(access).contains("came a second time in request 4"))
        }
    }

    @Test("A code whose answer a fault cut is explained by it, too")
    func lostCode() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            _ = try await client.debug("/faults", ["endpoint": "token", "fault": ["drop": "mid-body"]])
            _ = try? await flow.redeem()
            #expect(hint(try await flow.redeem(expecting: 400).answer).contains("(fault 1: the connection ended"))
        }
    }

    @Test("Tokens in an answer that a fault made up were never issued, and spend nothing")
    func planted() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
            let fault: JSONObject = [
                "status": 200, "headers": ["Content-Type": "application/json"],
                "body": .string(#"{"access_token":"\#(token)","refresh_token":"\#(token)x","token_type":"Bearer"}"#),
            ]
            _ = try await client.debug("/faults", ["endpoint": "token", "fault": .object(fault)])
            _ = try await flow.refresh(tokens.refreshToken)
            let refused = try await client.callEcho("", token: token)
            #expect(
                hint(refused).contains("to request 3, with which it came, was made up on purpose (fault 1: status 200)")
            )
            let next = try await flow.refresh(tokens.refreshToken)
            _ = try await flow.refresh(tokens.refreshToken, expecting: 400)
            #expect(hint(try await client.callEcho("", token: next.accessToken)).contains("in request 6"))
        }
    }

    @Test("A refusal that a planted answer tells of ends no grant in later hints")
    func plantedRefusal() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let body = #"{"error":"invalid_grant","error_description":"It was revoked."}"#
            let fault: JSONObject = [
                "status": 400, "headers": ["Content-Type": "application/json"], "body": .string(body),
            ]
            _ = try await client.debug("/faults", ["endpoint": "token", "fault": .object(fault)])
            _ = try await flow.redeem(expecting: 400)
            _ = try await client.debug("/tokens/expire", ["all": true])
            let refused = try await client.callEcho("", token: tokens.accessToken)
            #expect(hint(refused).hasPrefix("POST /debug/tokens/expire expired it"))
        }
    }

    // MARK: Scenarios

    @Test("A refusal that a scenario causes names it, and no setting of the start")
    func scenarios() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            func play(_ name: String) async throws {
                _ = try await client.debug("/scenario", ["name": .string(name)], method: "PUT")
            }
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            try await play("refresh-none")
            let refused = try await flow.refresh(tokens.refreshToken, expecting: 400).answer
            #expect(hint(refused).contains("The scenario 'refresh-none' is running"))
            #expect(!hint(refused).contains("was started with"))
            try await play("code-expired")
            let dead = try await Flow(client).logIn()
            let expired = try await dead.redeem(expecting: 400).answer
            #expect(hint(expired) == "The scenario 'code-expired' was running when it was issued.")
            #expect(!expired.body.contains("0 s old"))
            _ = try await client.debug("/scenario", method: "DELETE")
            let after = try await dead.redeem(expecting: 400).answer
            #expect(hint(after) == "The scenario 'code-expired' was running when it was issued.")
            try await play("expires-lie")
            let short = try await Flow(client).logIn().redeem().accessToken
            _ = try await client.debug("/scenario", method: "DELETE")
            clock.advance(by: .seconds(6))
            let early = try await client.callEcho("", token: short)
            #expect(hint(early) == "The scenario 'expires-lie' was running when it was issued.")
            try await play("iss-missing")
            let long = try await Flow(client).logIn().redeem().accessToken
            clock.advance(by: .seconds(3601))
            let natural = try await client.callEcho("", token: long)
            #expect(hint(natural) == "It expired 1 s ago.")
            _ = try await client.debug("/scenario", method: "DELETE")
            let fine = try await Flow(client).logIn()
            let wrong = try await fine.redeem(["code_verifier": "x"], expecting: 400).answer
            #expect(!hint(wrong).contains("scenario"))
        }
    }

    @Test("A refresh token used twice where that ends no grant is explained, and no grant has ended")
    func rotateOnly() async throws {
        try await withTestServer({ $0.refresh = .rotateOnly }, now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let next = try await flow.refresh(tokens.refreshToken)
            let refused = try await flow.refresh(tokens.refreshToken, expecting: 400).answer
            #expect(hint(refused) == "It was used 0 s earlier, in request 3.")
            _ = try await client.debug("/tokens/expire", ["token": .string(next.accessToken)])
            #expect(hint(try await client.callEcho("", token: next.accessToken)).hasPrefix("POST /debug/tokens/expire"))
        }
    }
}

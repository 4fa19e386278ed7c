import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Requests without an effect explain nothing")
struct WithoutEffectTests {
    private static let publicID = "static-mcp-public-001"

    private func hint(_ answer: TestClient.Answer) -> String {
        let data = answer.json["error"]?.object?["data"]?.object
        return (data ?? answer.json)["hint"]?.string ?? ""
    }

    /// Revokes a token as the client with the secret, or as another one.
    private func revoke(
        _ token: String?, _ flow: Flow, as id: String? = nil, expecting status: Int = 200
    ) async throws {
        let credentials =
            id.map { [("client_id", $0)] }
            ?? [("client_id", flow.credentials.0), ("client_secret", flow.credentials.1)]
        let answer = try await flow.client.post("/revoke", form: [("token", token ?? "")] + credentials)
        #expect(answer.status == status)
    }

    @Test("A revocation by another client is not why a token is refused, and its real end is")
    func otherClient() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let first = try await flow.redeem()
            for token in [first.refreshToken, first.accessToken] { try await revoke(token, flow, as: Self.publicID) }
            let second = try await flow.refresh(first.refreshToken)
            let replay = try await flow.refresh(first.refreshToken, expecting: 400).answer
            #expect(hint(replay) == "It was used 0 s earlier, in request 5.")
            let dead = try await client.callEcho("", token: first.accessToken)
            #expect(
                hint(dead).contains("when a code or refresh token came a second time in request 6"), "\(hint(dead))")

            let other = try await Flow(client).logIn().redeem()
            try await revoke(other.accessToken, flow, as: Self.publicID)
            try await revoke(other.refreshToken, flow, as: Self.publicID)
            _ = try await client.debug("/tokens/revoke", ["all": true])
            for answer in [
                try await client.callEcho("", token: other.accessToken),
                try await flow.refresh(other.refreshToken, expecting: 400).answer,
            ] { #expect(hint(answer).hasPrefix("POST /debug/tokens/revoke revoked it"), "\(hint(answer))") }
            #expect(second.refreshToken != nil)
        }
    }

    @Test("A revocation that a fault answered, that was refused, or that came late is not the end of a token")
    func noEffect() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            _ = try await client.debug("/faults", ["endpoint": "revoke", "fault": ["status": 200]])
            try await revoke(tokens.accessToken, flow)
            _ = try await client.debug("/faults", ["endpoint": "revoke", "fault": ["status": 503]])
            try await revoke(tokens.accessToken, flow, expecting: 503)
            try await revoke(tokens.accessToken, flow, as: "unknown", expecting: 401)
            #expect(try await client.status(tokens.accessToken) == 200)
            _ = try await flow.redeem(expecting: 400)
            try await revoke(tokens.accessToken, flow)
            try await revoke(tokens.refreshToken, flow)
            for answer in [
                try await client.callEcho("", token: tokens.accessToken),
                try await flow.refresh(tokens.refreshToken, expecting: 400).answer,
            ] { #expect(hint(answer).contains("when a code or refresh token came a second time"), "\(hint(answer))") }
        }
    }

    @Test("A revocation whose answer a fault damaged, or of a refresh token that was used or expired, ended the grant")
    func effect() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let flow = try await Flow(client).logIn()
            let (first, other) = (try await flow.redeem(), try await Flow(client).logIn().redeem())
            let second = try await flow.refresh(first.refreshToken)
            try await revoke(first.refreshToken, flow)
            let dead = try await client.callEcho("", token: second.accessToken)
            #expect(hint(dead) == "Its grant was revoked 0 s earlier, with the refresh token in request 6.")
            let used = try await flow.refresh(first.refreshToken, expecting: 400).answer
            #expect(hint(used) == "It was used 0 s earlier, in request 5.")

            _ = try await client.debug("/tokens/expire", ["all": true, "kind": "refresh"])
            _ = try await client.debug("/faults", ["endpoint": "revoke", "fault": ["preset": "wrong-content-type"]])
            try await revoke(other.refreshToken, flow)
            let late = try await client.callEcho("", token: other.accessToken)
            #expect(
                hint(late).hasPrefix("Its grant was revoked 0 s earlier, with the refresh token in"), "\(hint(late))")
        }
    }

    @Test("A code and a session that a fault made up were never the server's, and DELETE by a fault ends none")
    func planted() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let code = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
            let location = "http://localhost:3031/callback?code=\(code)"
            _ = try await client.debug(
                "/faults",
                ["endpoint": "login", "fault": ["status": 303, "headers": ["Location": .string(location)]]])
            let flow = try await Flow(client).logIn()
            let refused = try await flow.redeem(expecting: 400).answer
            #expect(hint(refused).hasSuffix("(fault 1: status 303): the server never issued this code."))

            let token = try await Flow(client).logIn().redeem().accessToken
            let id = "0123456789abcdef0123456789abcdef"
            let fault: JSONObject = [
                "status": 200, "headers": ["Mcp-Session-Id": .string(id), "Content-Type": "application/json"],
                "body": "{}",
            ]
            _ = try await client.debug("/faults", ["endpoint": "mcp", "fault": .object(fault)])
            _ = try await client.callEcho("", token: token)
            let lost = try await client.legacy("ping", session: id, token: token)
            #expect(hint(lost).contains("the server never issued this session id."), "\(hint(lost))")

            let session = try await client.openSession(token: token)
            _ = try await client.debug("/faults", ["endpoint": "mcp", "fault": ["status": 204]])
            let fields = [("Authorization", "Bearer \(token)"), ("Mcp-Session-Id", session)]
            #expect(try await client.send("DELETE", "/mcp", fields).status == 204)
            _ = try await client.debug("/sessions/drop", ["all": true])
            let gone = try await client.legacy("ping", session: session, token: token)
            #expect(hint(gone).hasPrefix("POST /debug/sessions/drop ended it"), "\(hint(gone))")
        }
    }

    @Test("A fault that loses a session did not end one that its client had ended before")
    func endedBefore() async throws {
        try await withTestServer(now: FixedClock().now) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let fields = [("Authorization", "Bearer \(token)"), ("Mcp-Session-Id", session)]
            #expect(try await client.send("DELETE", "/mcp", fields).status == 204)
            _ = try await client.debug("/faults", ["fault": ["mcp": "session-lost"]])
            let lost = try await client.legacy("ping", session: session, token: token)
            #expect(hint(lost).contains("by DELETE in request"), "\(hint(lost))")
        }
    }

    @Test("After a restart, hints say what is known of credentials from before, and nothing more")
    func restart() async throws {
        let (store, clock) = (MemoryStores(), FixedClock())
        var (used, spentCode): (Flow.Tokens?, Flow?)
        var session = ""
        try await withTestServer(store: store, now: clock.now) { client, _ in
            let flow = try await Flow(client).logIn()
            used = try await flow.redeem()
            spentCode = flow
            session = try await client.openSession(token: used?.accessToken ?? "")
            _ = try await flow.refresh(used?.refreshToken)
        }
        try await withTestServer(store: store, now: clock.now) { client, _ in
            var flow = Flow(client)
            flow.code = spentCode?.code ?? ""
            let replay = try await flow.refresh(used?.refreshToken, expecting: 400).answer
            #expect(hint(replay).hasPrefix("Each refresh brings a new refresh token"), "\(hint(replay))")
            let gone = try await flow.redeem(expecting: 400).answer
            let dead = try await client.callEcho("", token: used?.accessToken)
            for answer in [gone, dead] {
                #expect(
                    hint(answer)
                        == "It has the form of this server's, but is none that it knows. It may have been issued "
                        + "before this server started 0 s ago or by another server, or changed on its way, or its record was "
                        + "dropped.")
            }
            _ = try await client.debug("/reset")
            let fresh = try await Flow(client).logIn().redeem().accessToken
            let lost = try await client.legacy("ping", session: session, token: fresh)
            #expect(!hint(lost).contains("another server"), "\(hint(lost))")
        }
        let replayed = MemoryStores()
        try await withTestServer(store: replayed, now: clock.now) { client, _ in
            let flow = try await Flow(client).logIn()
            _ = try await flow.redeem()
            spentCode = flow
        }
        try await withTestServer(store: replayed, now: clock.now) { client, _ in
            var flow = Flow(client)
            flow.code = spentCode?.code ?? ""
            let again = try await flow.redeem(expecting: 400).answer
            #expect(hint(again) == "Redeem a code once, and never repeat a token request that was answered.")
        }
    }
}

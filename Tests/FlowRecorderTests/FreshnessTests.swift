import HTTPEdge
import OAuth
import Testing

@testable import FlowRecorder

@Suite("What a client may use once")
struct FreshnessTests {
    private let client = RecordedClient(agent: "client", browser: "browser", name: "Client", id: "client")

    /// Sends an authorization request whose challenge and state are these letters, repeated, and logs in.
    private func authorize(_ client: RecordedClient, challenge: String, state: String, logsIn: Bool = false) {
        let pairs = [
            "client_id=client", "code_challenge_method=S256",
            "code_challenge=\(String(repeating: challenge, count: 43))",
            "state=\(String(repeating: state, count: 24))",
        ]
        let query = pairs.joined(separator: "&")
        client.exchange(
            .authorize, "/authorize", method: .get, query: query, status: 303, answer: [("Location", "/login?\(query)")]
        )
        guard logsIn else { return }
        client.exchange(
            .login, "/login", query: query, status: 303,
            answer: [("Location", "http://localhost/callback?code=code-\(state)")])
    }

    private func begin(_ client: RecordedClient) {
        client.challenge(method: "initialize")
        client.readMetadata()
    }

    @Test("A challenge or state that comes again is noticed at once, in one flow or in two", arguments: [true, false])
    func reused(isOfEarlierFlow: Bool) throws {
        for (challenge, state, rule) in [("a", "b", "pkce-fresh"), ("b", "a", "state-fresh")] {
            let test = FreshnessTests()
            test.begin(test.client)
            test.authorize(test.client, challenge: "a", state: "a", logsIn: isOfEarlierFlow)
            if isOfEarlierFlow {
                test.client.redeem("a")
                test.client.call(method: "initialize", token: "access-a")
                test.client.call(token: "access-a", status: 401)
                test.begin(test.client)
            }
            #expect(try test.client.verdict(on: rule) == "PASS")
            test.authorize(test.client, challenge: challenge, state: state)
            #expect(try test.client.verdict(on: rule) == "FAIL")
        }
    }

    @Test("What another client has used is no matter of this one")
    func usedByAnother() throws {
        let other = client.other("other", name: "Other", id: "other")
        begin(other)
        authorize(other, challenge: "a", state: "a", logsIn: true)
        other.redeem("a")
        other.call(method: "initialize", token: "access-a")
        begin(client)
        authorize(client, challenge: "a", state: "b", logsIn: true)
        client.redeem("b")
        client.call(method: "initialize", token: "access-b")
        #expect(try client.verdict(on: "pkce-fresh", client: "Client") == "PASS")
    }

    @Test("A refresh token that was exchanged already is no reason to log in", arguments: [true, false])
    func spentRefreshToken(isSpent: Bool) throws {
        begin(client)
        client.finishLogin("a")
        client.redeem("a")
        client.call(method: "initialize", token: "access-a")
        if isSpent {
            client.exchange(
                .token, "/token", body: "grant_type=refresh_token&refresh_token=refresh-a&client_id=client",
                status: 200,
                document: #"{"access_token": "access-x", "refresh_token": "refresh-x", "expires_in": 60}"#)
        }
        client.refresh("a", status: 400)
        begin(client)
        client.finishLogin("b")
        client.redeem("b")
        client.call(method: "initialize", token: "access-b")
        #expect(try client.verdict(on: "refresh-no-loop", client: "Client") == (isSpent ? "NOT SEEN" : "PASS"))
    }
}

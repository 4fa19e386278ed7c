import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Codes in authorization responses")
struct AuthorizationResponseTests {
    /// The rules of responses that a client broke which sends the code of a response, or all of them.
    private func broken(
        _ response: String, state: String = "one", metadata: String? = nil, sends: Bool = true
    ) -> [String] {
        let client = RecordedClient()
        if let metadata {
            client.exchange(.metadata, "/m", method: .get, status: 200, document: metadata)
        }
        let query = "code_challenge=one&state=\(state)"
        client.exchange(
            .authorize, "/authorize", method: .get, query: query, status: 303, answer: [("Location", "/login?x")])
        client.exchange(
            .login, "/login", query: query, status: 303,
            answer: [("Location", "http://localhost/callback?\(response)")])
        if sends { client.redeem() }
        return (client.judged()?.brokenRules ?? []).filter { ["state-checked", "iss-checked"].contains($0.rule.id) }
            .map { "\($0.rule.id): \($0.problem)" }
    }

    private static let metadata =
        #"{"issuer": "http://a", "authorization_response_iss_parameter_supported": true}"#

    @Test("A code that came with another state, or without it, is not sent")
    func state() {
        #expect(broken("code=code-one&state=one") == [])
        #expect(broken("code=code-one") == ["state-checked: The response of request 2 gave no state back."])
        #expect(
            broken("code=code-one&state=two") == ["state-checked: The response of request 2 gave another state back."])
        #expect(broken("code=code-one&state=two", sends: false) == [])
        // A redirect URI may have parameters of its own.
        #expect(broken("state=own&code=code-one&state=one") == [])
    }

    @Test("A code that came with another issuer than the metadata name, or without the promised one, is not sent")
    func issuer() {
        func issuers(_ response: String, _ metadata: String? = Self.metadata) -> [String] {
            broken("code=code-one&state=one\(response)", metadata: metadata)
        }
        #expect(issuers("&iss=http://a") == [])
        #expect(
            issuers("&iss=http://b")
                == ["iss-checked: The response of request 3 names the issuer 'http://b', and the metadata 'http://a'."])
        #expect(issuers("&iss=http://a/").count == 1)
        #expect(issuers("&iss=HTTP://A").count == 1)
        #expect(
            issuers("")
                == ["iss-checked: The response of request 3 names no issuer, although the metadata promise one."])
        #expect(issuers("", #"{"issuer": "http://a"}"#) == [])
        #expect(issuers("", nil) == [])
        #expect(issuers("&iss=http://b", nil).count == 1)
        // The redirect URI's own parameter is none of the server's.
        #expect(broken("iss=http://b&code=code-one&state=one&iss=http://a", metadata: Self.metadata) == [])
    }
}

import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import StaticAuthServer

@Suite("The debug clock")
struct ClockTests {
    private let real = FixedClock()

    @Test("It shows the real time until it is moved, continues from there, and can be reset")
    func moving() async throws {
        try await withTestServer(now: real.now) { client, _ in
            let start = try await client.get("/debug/clock")
            #expect(start.body == #"{"now":"2027-01-15T08:00:00Z","epoch_seconds":1800000000,"offset_seconds":0}"#)
            let later = try await client.debug("/clock", ["advance": 90])
            #expect(later.json["epoch_seconds"] == 1_800_000_090)
            let half = try await client.debug("/clock", ["advance": -30.5])
            #expect(half.json["offset_seconds"] == 59.5)
            let set = try await client.debug("/clock", ["set": "2028-02-29T23:59:59+01:00"])
            #expect(set.json["now"] == "2028-02-29T22:59:59Z")
            real.advance(by: .seconds(2))
            let on = try await client.get("/debug/clock")
            #expect(on.json["now"] == "2028-02-29T23:00:01Z")
            let number = try await client.debug("/clock", ["set": 1_800_000_500])
            #expect(number.json["offset_seconds"] == 498)
            let reset = try await client.debug("/clock", nil, method: "DELETE")
            #expect(reset.json["offset_seconds"] == 0)
        }
    }

    @Test("Codes, access tokens, refresh tokens and sessions expire by it")
    func expiries() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let late = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let session = try await client.openSession(token: tokens.accessToken)
            _ = try await client.debug("/clock", ["advance": 301])
            _ = try await late.redeem(expecting: 400)
            #expect(try await client.status(tokens.accessToken) == 200)
            _ = try await client.debug("/clock", ["advance": 1800])
            let gone = try await client.legacy("ping", session: session, token: tokens.accessToken)
            #expect(gone.status == 404)
            _ = try await client.debug("/clock", ["advance": 1800])
            let expired = try await client.callEcho("", token: tokens.accessToken)
            #expect(expired.status == 401)
            #expect(expired["WWW-Authenticate"]?.contains("has expired") == true)
            let next = try await flow.refresh(tokens.refreshToken)
            _ = try await client.debug("/clock", ["advance": 2_678_400])
            _ = try await flow.refresh(next.refreshToken, expecting: 400)
        }
    }

    @Test("The tool get_time returns it")
    func tool() async throws {
        try await withTestServer { client, _ in
            _ = try await client.debug("/clock", ["set": "2031-05-06T07:08:09Z"])
            let token = try await client.debug("/tokens/issue").json["access_token"]?.string
            let answer = try await client.modern("tools/call", ["name": "get_time"], token: token)
            #expect(answer.body.contains("2031-05-06T07:08"))
        }
    }

    @Test("An open stream whose token expires by it ends at once")
    func streams() async throws {
        try await withTestServer(keepAlive: .seconds(600)) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let stream = try await client.listen(token: token)
            _ = try await client.debug("/clock", ["advance": 3601])
            while await stream.next() != nil {}
        }
    }

    @Test("Throttling goes by it, and setting it back locks no client out")
    func throttle() async throws {
        try await withTestServer { client, _ in
            let flow = Flow(client)
            _ = try await client.debug("/clock", ["advance": 86_400])
            for _ in 1...10 { _ = try await flow.submitLogin(password: "wrong") }
            #expect(try await flow.submitLogin().status == 429)
            _ = try await client.debug("/clock", ["advance": 61])
            _ = try await flow.logIn()
            for _ in 1...10 { _ = try await flow.submitLogin(password: "wrong") }
            _ = try await client.debug("/clock", nil, method: "DELETE")
            _ = try await flow.logIn()
        }
    }

    @Test("The rate limit of tool calls goes by it, in either direction")
    func rateLimit() async throws {
        try await withTestServer({ $0.rateLimit = 2 }, now: real.now) { client, _ in
            let token = try #require(try await client.debug("/tokens/issue").json["access_token"]?.string)
            func statuses() async throws -> [Int] {
                [try await client.status(token), try await client.status(token), try await client.status(token)]
            }
            #expect(try await statuses() == [200, 200, 429])
            _ = try await client.debug("/clock", ["advance": 30])
            #expect(try await statuses() == [200, 429, 429])
            _ = try await client.debug("/clock", ["advance": 60])
            #expect(try await statuses() == [200, 200, 429])
            _ = try await client.debug("/clock", nil, method: "DELETE")
            #expect(try await client.status(token) == 429)
            real.advance(by: .seconds(60))
            #expect(try await statuses() == [200, 200, 429])
        }
    }

    @Test("The throttling of wrong client secrets and debug tokens goes by it")
    func secrets() async throws {
        let token = "0123456789abcdef"
        try await withTestServer({ $0.debugToken = Secret(token) }, now: real.now) { client, _ in
            let form = [("token", "x"), ("client_id", Flow(client).credentials.0), ("client_secret", "wrong")]
            func right() -> (String, String) { ("Authorization", "Bearer \(token)") }
            func statuses() async throws -> [Int] {
                try await [
                    client.post("/introspect", form: form).status, client.post("/revoke", form: form).status,
                    client.post("/token", form: form + [("grant_type", "client_credentials")]).status,
                    client.get("/debug/clock", [("Authorization", "Bearer wrong-wrong-wrong")]).status,
                ]
            }
            for _ in 1...3 { #expect(try await statuses() == [401, 401, 401, 401]) }
            _ = try await client.post("/revoke", form: form)
            for _ in 1...7 { _ = try await client.get("/metrics", [("Authorization", "Bearer wrong-wrong-wrong")]) }
            #expect(try await statuses() == [429, 429, 429, 429])
            let refused = try await client.get("/debug/clock", [right()])
            #expect(refused.status == 429)
            #expect(refused["Retry-After"] == "60")
            let stillWrong = try await client.get("/debug/clock", [("Authorization", "Bearer wrong-wrong-wrong")])
            #expect(stillWrong.body == refused.body, "the answer would tell that the token is right")
            real.advance(by: .seconds(60))
            let moved = try await client.send(
                "POST", "/debug/clock", [right(), ("Content-Type", "application/json")], body: #"{"advance": 1}"#)
            #expect(moved.status == 200)
            #expect(try await statuses() == [401, 401, 401, 401])
        }
    }

    @Test(
        "An invalid time is refused with the member, the allowed values and the kind of value sent",
        arguments: [
            ([:], "set", "either advance, in seconds, or set, a time, and not both"),
            (["advance": 1, "set": 1], "advance", "either advance, in seconds, or set, a time, and not both"),
            (["advance": "1"], "advance", "a number of seconds"),
            (["advance": 315_360_001], "advance", "a time at most ten years from the real one"),
            (["advance": 1e300], "advance", "a time at most ten years from the real one"),
            (["set": 0], "set", "a time at most ten years from the real one"),
            (["set": "2027-02-29T00:00:00Z"], "set", "a time like 2026-07-28T12:00:00Z"),
            (["set": "tomorrow"], "set", "a time like 2026-07-28T12:00:00Z"),
            (["add": 1], "add", "one of the members advance, set"),
        ] as [(JSONObject, String, String)])
    func malformed(document: JSONObject, member: String, expected: String) async throws {
        try await withTestServer(now: real.now) { client, _ in
            let answer = try await client.debug("/clock", document)
            #expect(answer.status == 400)
            #expect(answer.json["member"]?.string == member)
            #expect(answer.json["expected"]?.string?.hasPrefix(expected) == true)
            #expect(try await client.get("/debug/clock").json["offset_seconds"] == 0)
        }
    }

    @Test(
        "Dates are parsed by RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00z", 951_782_400), ("2026-12-31 23:59:59Z", 1_798_761_599),
            ("2026-01-01T00:30:00+05:30", 1_767_207_600), ("1969-12-31T23:59:59Z", -1), ("2100-02-29T00:00:00Z", nil),
            ("2026-13-01T00:00:00Z", nil), ("2026-01-01T24:00:00Z", nil), ("2026-01-01T00:00:00", nil),
            ("2026-1-1T00:00:00Z", nil),
        ] as [(String, Int?)])
    func dates(text: String, seconds: Int?) {
        #expect(Timestamp.instant(text) == seconds.map { .seconds($0) })
    }
}

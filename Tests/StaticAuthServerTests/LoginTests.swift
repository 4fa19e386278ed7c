import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("/login")
struct LoginTests {
    @Test("A login whose request hides behind a second question mark is explained by that")
    func secondQuestionMark() async throws {
        try await withTestServer { client, _ in
            let query = Flow(client).target.split(separator: "?", maxSplits: 1)[1]
            let request = query.split(separator: "&").filter { !$0.hasPrefix("response_type=") }.joined(separator: "&")
            let answer = try await client.post(
                "/login?tenant=acme?response_type=code&\(request)",
                form: [("username", "demo_user"), ("password", "demo_password")], [("Accept", "application/json")])
            #expect(answer.json["hint"]?.string?.contains("response_type is part of the value of 'tenant'") == true)
        }
    }

    @Test(
        "A login leads back with a code, the exact state and the issuer, once each",
        .proves(.authorizationResponseHasIss, .redirectAfterAFormIs303))
    func success() async throws {
        try await withTestServer { client, _ in
            for state in ["a&b=c%20d+e f", "ünïcödé 🚀", "%2526", "x"] {
                let answer = try await Flow(
                    client, ["state": state, "redirect_uri": "http://localhost:1/cb?keep=1"]
                ).submitLogin()
                #expect(answer.status == 303)
                let location = answer["Location"] ?? ""
                #expect(location.hasPrefix("http://localhost:1/cb?keep=1&"))
                let parameters = Flow.parameters(of: location)
                #expect(parameters["state"] == state)
                #expect(parameters["iss"] == client.origin)
                #expect(parameters["code"]?.count == 43)
                for name in ["code=", "state=", "iss="] {
                    #expect(location.split(separator: /[?&]/).count { $0.hasPrefix(name) } == 1)
                }
            }
        }
    }

    @Test("The state is unchanged from /authorize through the page to the callback")
    func stateSurvives() async throws {
        try await withTestServer { client, _ in
            let state = "a&b=c%d é+🚀"
            let location = try await client.get(Flow(client, ["state": state]).target)["Location"] ?? ""
            let path = String(location.dropFirst(client.origin.count))
            let answer = try await client.post(
                path, form: [("username", "demo_user"), ("password", "demo_password")])
            #expect(Flow.parameters(of: answer["Location"] ?? "")["state"] == state)
        }
    }

    @Test("The page names what an incomplete request lacks; submitting it has no effect")
    func incomplete() async throws {
        try await withTestServer { client, _ in
            let path = "/login?state=x&client_id=static-mcp-client-001"
            let page = try await client.get(path)
            #expect(page.status == 200)
            #expect(page.body.contains("<form"))
            for name in ["redirect_uri", "response_type", "code_challenge"] { #expect(page.body.contains(name)) }
            let answer = try await client.post(
                path, form: [("username", "demo_user"), ("password", "demo_password")])
            #expect(answer.status == 400)
            #expect(answer["Location"] == nil)
        }
    }

    @Test("A wrong password shows the form again with 403, and no code")
    func wrongPassword() async throws {
        try await withTestServer { client, _ in
            for (user, password, fault) in [
                ("demo_user", "wrong", "wrong"), ("nobody", "demo_password", "wrong"), ("demo_user", "", "missing"),
            ] {
                let answer = try await Flow(client).submitLogin(user: user, password: password)
                #expect(answer.status == 403)
                #expect(answer["Location"] == nil)
                #expect(answer.body.contains("<form"))
                let sentence = "The user name or the password is \(fault)."
                #expect(answer.body.contains(#"<p class="bad" role="alert">\#(sentence)</p>"#))
            }
        }
    }

    @Test("Denying sends the browser back with access_denied, without a password")
    func deny() async throws {
        try await withTestServer { client, _ in
            let answer = try await Flow(client).submitLogin(user: "", password: "", action: "deny")
            #expect(answer.status == 303)
            let parameters = Flow.parameters(of: answer["Location"] ?? "")
            #expect(parameters["error"] == "access_denied")
            #expect(parameters["state"] == "state-1")
            #expect(parameters["iss"] == client.origin)
        }
    }

    @Test("After ten failures in a minute a name has to wait, even with the right password; others need not")
    func throttle() async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.users.append(.init(name: "ann", password: Secret("other"))) }, now: clock.now) {
            client, _ in
            for _ in 0..<10 {
                #expect(try await Flow(client).submitLogin(password: "wrong").status == 403)
            }
            let refused = try await Flow(client).submitLogin()
            #expect(refused.status == 429)
            let wait = refused["Retry-After"].flatMap(Int.init) ?? 0
            #expect((1...60).contains(wait))
            #expect(try await Flow(client).submitLogin(user: "ann", password: "other").status == 303)
            clock.advance(by: .seconds(wait))
            #expect(try await Flow(client).submitLogin().status == 303)
        }
    }

    @Test(
        "A form that another site posts is refused",
        arguments: [
            ([("Origin", "http://localhost:9")], 403), ([("Sec-Fetch-Site", "cross-site")], 403),
            ([("Sec-Fetch-Site", "same-site")], 403), ([("Sec-Fetch-Site", "same-origin")], 303),
            ([("Sec-Fetch-Site", "none")], 303), ([], 303),
        ])
    func crossSite(fields: [(String, String)], status: Int) async throws {
        try await withTestServer { client, _ async throws in
            #expect(try await Flow(client).submitLogin(fields).status == status)
            #expect(try await Flow(client).submitLogin([("Origin", client.origin)]).status == 303)
        }
    }

    @Test("A program gets the target of the redirect in a document, and an error as one")
    func headless() async throws {
        try await withTestServer { client, _ in
            let json = [("Accept", "application/json")]
            let answer = try await Flow(client).submitLogin(json)
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            let target = answer.json["redirect_to"]?.string ?? ""
            #expect(target.hasPrefix("http://localhost:3031/callback?"))
            #expect(Flow.parameters(of: target)["code"] != nil)
            let refused = try await Flow(client).submitLogin(password: "wrong", json)
            #expect(refused.status == 403)
            #expect(refused.json["error"]?.string == "access_denied")
            #expect(refused.json["error_description"]?.string != nil)
            let denied = try await Flow(client).submitLogin(action: "deny", json)
            #expect(Flow.parameters(of: denied.json["redirect_to"]?.string ?? "")["error"] == "access_denied")
        }
    }

    @Test("With the whole request in the form a program logs in with one POST")
    func requestInForm() async throws {
        try await withTestServer { client, _ async throws in
            let form = Flow(client).request + [("username", "demo_user"), ("password", "demo_password")]
            #expect(try await client.post("/login", form: form).status == 303)
            // The form's copies are ignored when the query has a request, so nothing counts as repeated.
            #expect(
                try await client.post("/login?\(TestClient.encode(Flow(client).request))", form: form).status == 303)
        }
    }

    @Test("A client that posts to /authorize and then to its Location, with the same form, is logged in")
    func postTwice() async throws {
        try await withTestServer { client, _ in
            let flow = Flow(client, ["redirect_uri": "http://localhost:3030/callback"])
            let form = flow.request + [("username", "demo_user"), ("password", "demo_password")]
            let location = try await client.post("/authorize", form: form)["Location"] ?? ""
            let answer = try await client.post(String(location.dropFirst(client.origin.count)), form: form)
            #expect(answer.status == 303)
            #expect(answer["Location"]?.hasPrefix("http://localhost:3030/callback?") == true)
        }
    }

    @Test(
        "With --auto-approve the code is issued at once, and every other rule holds",
        .proves(.credentialsInAURLAreIgnored))
    func autoApprove() async throws {
        try await withTestServer({ $0.autoApprove = .firstUser }) { client, _ in
            let answer = try await client.get(Flow(client).target)
            #expect(answer.status == 302)
            #expect(Flow.parameters(of: answer["Location"] ?? "")["code"]?.count == 43)
            #expect(try await client.get(Flow(client, ["redirect_uri": "https://evil.example/"]).target).status == 400)
            #expect(try await client.get(Flow(client, ["client_id": "nobody"]).target).status == 400)
            let plain = try await client.get(Flow(client, ["code_challenge": nil]).target)
            #expect(Flow.parameters(of: plain["Location"] ?? "")["error"] == "invalid_request")
        }
    }

    @Test("Auto-approval is off by default and logged once at the start")
    func autoApproveWarning() async throws {
        let lines = LogLines()
        try await withTestServer({ $0.autoApprove = .user("demo_user") }, logger: lines.logger) { client, _ in
            _ = try await client.get(Flow(client).target)
        }
        #expect(lines.all.filter { $0.contains("warning") && $0.contains("settings.autoApprove is on") }.count == 1)
    }

    @Test("A name and password in a URL never cause a login", .proves(.credentialsInAURLAreIgnored))
    func credentialsInURL() async throws {
        try await withTestServer { client, _ in
            let query = TestClient.encode(
                Flow(client).request + [("username", "demo_user"), ("password", "demo_password")])
            let shown = try await client.get("/login?\(query)")
            #expect(shown.status == 200)
            #expect(!shown.body.contains("demo_password"))
            let posted = try await client.post("/login?\(query)", form: [])
            #expect(posted.status == 403)
        }
    }

    @Test("Approving twice gives two codes, each usable once", .proves(.oneCodePerApproval, .codeIsBoundToItsRequest))
    func twice() async throws {
        try await withTestServer { client, _ in
            let first = try await Flow(client).logIn()
            let second = try await Flow(client).logIn()
            #expect(first.code != second.code)
            for flow in [first, second] {
                _ = try await flow.redeem()
                _ = try await flow.redeem(expecting: 400)
            }
        }
    }

    @Test("A login leaves no state: no cookie, and the form again")
    func noCookie() async throws {
        try await withTestServer { client, _ in
            let answer = try await Flow(client).submitLogin()
            #expect(answer["Set-Cookie"] == nil)
            let again = try await client.get(Flow(client).target)
            #expect(again["Location"]?.hasPrefix("\(client.origin)/login?") == true)
        }
    }
}

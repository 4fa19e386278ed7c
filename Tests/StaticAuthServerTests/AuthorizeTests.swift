import MCPCore
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

private let callback = "http://localhost:3031/callback"

@Suite("/authorize")
struct AuthorizeTests {
    @Test(
        "A valid request leads to the login page, by query and form alike",
        .proves(.authorizeTakesQueryOrForm, .redirectAfterAFormIs303, .noCodeWithoutLogin))
    func validRequest() async throws {
        try await withTestServer { client, _ in
            let flow = Flow(client)
            let byQuery = try await client.get(flow.target)
            let byForm = try await client.post("/authorize", form: flow.request)
            #expect(byQuery.status == 302)
            #expect(byForm.status == 302)
            #expect(byQuery["Location"] == byForm["Location"])
            let location = byQuery["Location"] ?? ""
            #expect(location.hasPrefix("\(client.origin)/login?"))
            #expect(Flow.parameters(of: location) == Dictionary(uniqueKeysWithValues: flow.request))
            #expect(try await client.send("PUT", flow.target).status == 405)
        }
    }

    @Test(
        "Only the parameters of an authorization request reach the login URL, and no password",
        .proves(.otherProfilesAreIgnored)
    )
    func unknownParameters() async throws {
        try await withTestServer { client, _ in
            let form =
                Flow(client).request + [
                    ("username", "demo_user"), ("password", "demo_password"), ("prompt", "login"), ("nonce", "n"),
                    ("login_hint", "x"), ("ui_locales", "de"),
                ]
            let location = try await client.post("/authorize", form: form)["Location"] ?? ""
            #expect(Flow.parameters(of: location) == Dictionary(uniqueKeysWithValues: Flow(client).request))
        }
    }

    @Test("A redirect URI below localhost is this machine's")
    func localhost() async throws {
        try await withTestServer { client, _ in
            for (host, status) in [
                ("app.localhost", 302), ("evil-localhost", 400), ("localhost.evil.example", 400),
                ("app.localhost.", 400),
            ] {
                let uri = "http://\(host):1234/callback"
                let answer = try await client.get(Flow(client, ["redirect_uri": uri]).target)
                #expect(answer.status == status, "\(host)")
            }
        }
    }

    @Test(
        "A parameter that is sent twice is the reason on the error page, and no setting",
        arguments: ["client_id", "redirect_uri"])
    func twice(name: String) async throws {
        try await withTestServer { client, _ in
            let page = try await client.get(Flow(client).target + "&\(name)=x", [("Accept", "text/html")])
            #expect(page.status == 400)
            #expect(page.body.contains("\(name) is sent more than once."))
            #expect(!page.body.contains("What this server knows"))
            let unknown = try await client.get(Flow(client, [name: "x"]).target, [("Accept", "text/html")])
            #expect(unknown.body.contains("What this server knows"))
        }
    }

    @Test(
        "An untrusted client or redirect URI leads to an error page, and is not redirected",
        .proves(.authorizeParametersAreStrict, .untrustedRedirectIsNeverFollowed, .clientURLIsNotFetched),
        arguments: [
            ["client_id": "nobody"], ["client_id": nil], ["client_id": "https://client.example/metadata.json"],
            ["redirect_uri": nil], ["redirect_uri": "https://evil.example/callback"],
            ["redirect_uri": "http://127.0.0.1.evil/callback"], ["redirect_uri": "http://127.0.0.1@evil/callback"],
            ["redirect_uri": "http://localhost.evil/callback"], ["redirect_uri": "http://localhost:1/callback#x"],
            ["redirect_uri": "\"><script>alert(1)</script>"],
        ] as [[String: String?]])
    func untrusted(changes: [String: String?]) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get(Flow(client, changes).target)
            #expect(answer.status == 400)
            #expect(answer["Location"] == nil)
            #expect(answer["Content-Type"] == "text/html; charset=utf-8")
            #expect(!answer.body.contains("<script>"))
        }
    }

    @Test(
        "A repeated client id or redirect URI is not trusted", .proves(.authorizeParametersAreStrict),
        arguments: ["client_id", "redirect_uri"])
    func repeated(name: String) async throws {
        try await withTestServer { client, _ in
            var flow = Flow(client)
            flow.request.append((name, flow.request.first { $0.0 == name }?.1 ?? ""))
            let answer = try await client.get(flow.target)
            #expect(answer.status == 400)
            #expect(answer["Location"] == nil)
        }
    }

    @Test(
        "Every other error is redirected to the client, with its state and our issuer",
        .proves(
            .responseTypeIsCode, .codeChallengeIsRequired, .onlyS256, .requestedScopeMustBeOffered,
            .requestedResourceMustBeOurs, .errorRedirectIsComplete, .otherProfilesAreIgnored),
        arguments: [
            (["response_type": nil], "invalid_request"), (["response_type": "token"], "unsupported_response_type"),
            (["code_challenge": nil], "invalid_request"), (["code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": "plain"], "invalid_request"), (["scope": "nope"], "invalid_scope"),
            (["resource": "https://other.example/mcp"], "invalid_target"),
            (["response_mode": "fragment"], "invalid_request"),
        ] as [([String: String?], String)])
    func errorRedirects(changes: [String: String?], error: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get(Flow(client, changes).target)
            #expect(answer.status == 302)
            let location = answer["Location"] ?? ""
            #expect(location.hasPrefix(callback + "?"))
            let parameters = Flow.parameters(of: location)
            #expect(parameters["error"] == error)
            #expect(parameters["state"] == "state-1")
            #expect(parameters["iss"] == client.origin)
            #expect(parameters["code"] == nil)
        }
    }

    @Test(
        "Every page has header fields against framing, caching and sniffing",
        .proves(.pagesCannotBeFramed))
    func pageHeaders() async throws {
        try await withTestServer { client, _ in
            let login = "/login?\(TestClient.encode(Flow(client).request))"
            for path in [login, "/login", "/authorize", "/", "/callback", "/callback?code=x"] {
                let answer = try await client.get(path)
                #expect(answer["X-Frame-Options"] == "DENY", "\(path)")
                // Two of them have buttons that copy.
                let script = ["/", "/callback?code=x"].contains(path) ? " script-src 'self';" : ""
                #expect(
                    answer["Content-Security-Policy"]
                        == "default-src 'none';\(script) style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
                )
                #expect(answer["Referrer-Policy"] == "same-origin")
                #expect(answer["X-Content-Type-Options"] == "nosniff")
                #expect(answer["Cache-Control"] == "no-store")
            }
        }
    }

    @Test(
        "Each comparison mode accepts its redirect URIs and no others", .proves(.redirectURIMustMatch),
        arguments: [
            (RedirectMatch.loopback, "http://localhost:49152/any/path", true),
            (.loopback, "http://127.0.0.1:1/", true), (.loopback, "http://[::1]:8080/cb?x=1", true),
            (.loopback, "https://localhost/callback", false),
            (.port, "http://localhost:49152/callback", true), (.port, "http://localhost:49152/other", false),
            (.port, "http://127.0.0.1:49152/callback", true),
            (.exact, callback, true), (.exact, "http://localhost:3032/callback", false),
            (.exact, "http://127.0.0.1:3031/callback", false),
        ])
    func redirectMatch(mode: RedirectMatch, uri: String, isAccepted: Bool) async throws {
        try await withTestServer({ $0.redirectMatch = mode }) { client, _ in
            let answer = try await client.get(Flow(client, ["redirect_uri": uri]).target)
            #expect(answer.status == (isAccepted ? 302 : 400))
        }
    }

    @Test("The known redirect URIs of every preset are accepted, even when compared exactly")
    func presets() async throws {
        let names = RedirectPreset.all.map(\.name)
        try await withTestServer({
            $0.redirectMatch = .exact
            $0.redirectPreset = names
        }) { client, _ in
            for uri in RedirectPreset.all.flatMap(\.uris) + ["\(client.origin)/callback"] {
                let answer = try await client.get(Flow(client, ["redirect_uri": uri]).target)
                #expect(answer.status == 302, "\(uri)")
            }
        }
    }

    @Test("The refusal of a redirect URI of a known client names the client and its preset, with what to know about it")
    func unregisteredPresets() async throws {
        try await withTestServer({ $0.redirectMatch = .exact }) { client, _ in
            for preset in RedirectPreset.all {
                for uri in preset.uris {
                    let target = Flow(client, ["redirect_uri": uri]).target
                    let answer = try await client.get(target, [("Accept", "application/json")])
                    // Those of Claude Code are registered by default, as the callback page of this server on port 80.
                    guard answer.status == 400 else {
                        #expect(preset.name == "claude-code", "\(uri)")
                        continue
                    }
                    let hint = answer.json["hint"]?.string ?? ""
                    #expect(hint.contains("\(preset.client): register it with "), "\(uri): \(hint)")
                    #expect(hint.contains(" \(preset.name).") && hint.hasSuffix(preset.note), "\(uri): \(hint)")
                }
            }
        }
    }

    @Test("With --redirect-uris only the given URIs are registered")
    func ownRedirectURIs() async throws {
        try await withTestServer({
            $0.redirectMatch = .exact
            $0.redirectURIs = ["myapp://callback"]
        }) { client, _ in
            let own = try await client.get(Flow(client, ["redirect_uri": "myapp://callback"]).target)
            #expect(own.status == 302)
            let usual = try await client.get(Flow(client).target)
            #expect(usual.status == 400)
        }
    }

    @Test("The page shows which scopes, which resource and which host it is about, and never the state")
    func consent() async throws {
        try await withTestServer { client, _ in
            let flow = Flow(
                client, ["redirect_uri": "http://localhost:4711/cb", "state": "a-state-of-its-own", "scope": "user"])
            let page = try await client.get("/login?\(TestClient.encode(flow.request))").body
            #expect(page.contains("static-mcp-client-001"))
            #expect(page.contains("<code>user</code>"))
            #expect(page.contains("\(client.origin)/mcp"))
            #expect(page.contains("<strong>localhost:4711</strong>"))
            #expect(page.contains(#"name="action" value="approve""#))
            #expect(page.contains(#"name="action" value="deny""#))
            let visible = page.replacing(/action="\/login[^"]*"/, with: "")
            #expect(!visible.contains("a-state-of-its-own"))
        }
    }
}

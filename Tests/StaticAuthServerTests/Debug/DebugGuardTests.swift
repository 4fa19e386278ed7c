import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Access to the debug features")
struct DebugGuardTests {
    @Test("A program on this machine has access, and the server's metadata does not change")
    func local() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/debug/requests")
            #expect(answer.status == 200)
        }
    }

    @Test("With --no-debug they do not exist")
    func off() async throws {
        try await withTestServer({ $0.debug = false }) { client, _ in
            let answer = try await client.get("/debug/requests")
            #expect(answer.status == 404)
        }
    }

    /// All paths of the debug features, each with a method that it supports.
    private static let paths: [(method: String, path: String)] =
        [
            "/debug", "/debug/timeline.js", "/debug/timeline/timeline.css", "/debug/events", "/debug/requests",
            "/debug/requests/1",
            "/debug/requests/count", "/debug/requests/await", "/debug/flows", "/debug/flows/1", "/debug/report",
            "/debug/clock", "/debug/faults", "/debug/scenario", "/debug/scenarios", "/metrics",
        ].map { ("GET", $0) }
        + [
            "tokens/issue", "tokens/expire", "tokens/revoke", "sessions/drop", "tools/list-changed", "reset", "clock",
            "faults",
        ].map { ("POST", "/debug/" + $0) } + [
            ("PUT", "/debug/scenario"), ("DELETE", "/debug/requests"), ("DELETE", "/debug/faults"),
            ("DELETE", "/debug/faults/1"), ("DELETE", "/debug/clock"), ("DELETE", "/debug/scenario"),
        ]

    /// What holds no data, and is public where a token is needed.
    private static let frame = ["/debug", "/debug/timeline.js", "/debug/timeline/timeline.css"]

    @Test("With --no-debug, and off loopback without a token, every one of them is 404", arguments: [true, false])
    func allAbsent(isOff: Bool) async throws {
        try await withTestServer({
            $0.debug = !isOff
            if !isOff { $0.publicURL = "https://mcp.example.com" }
            $0.setOwnCredentials()
        }) { client, _ in
            for (method, path) in Self.paths {
                let answer = try await client.send(method, path, [("Host", isOff ? client.host : "mcp.example.com")])
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(answer.json["expected"] == nil)
            }
        }
    }

    @Test("With a token all of them require it, except for the frame and the script of the timeline")
    func allGuarded() async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            for (method, path) in Self.paths {
                let status = try await client.send(method, path).status
                #expect(status == (Self.frame.contains(path) ? 200 : 401), "\(method) \(path)")
            }
        }
    }

    @Test("Through a proxy every one of them is refused")
    func allLocal() async throws {
        try await withTestServer { client, _ in
            for (method, path) in Self.paths {
                let answer = try await client.send(method, path, [("Via", "1.1 proxy")])
                #expect(answer.status == 403, "\(method) \(path)")
                #expect(answer.json["expected"] == nil)
            }
        }
    }

    @Test(
        "A request with signs of a proxy is refused, wherever the proxy runs",
        arguments: [
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
            "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Forwarded-Prefix", "X-Forwarded", "X-Real-IP", "Via",
            "CF-Connecting-IP", "CF-Ray", "CF-Visitor", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP",
            "X-Original-URI", "X-Original-Forwarded-For", "X-ProxyUser-Ip", "Fastly-Client-IP", "Fly-Client-IP",
            "Fly-Forwarded-Proto", "X-Envoy-External-Address", "X-Amzn-Trace-Id", "X-Amz-Cf-Id",
            "X-Cloud-Trace-Context", "ngrok-auth-user-email", "Tailscale-User-Login", "X-Azure-ClientIP",
            "X-AppEngine-User-IP", "X-Vercel-Forwarded-For", "X-ARR-SSL", "CDN-Loop", "Proxy-Connection",
            "x-forwarded-for", "X-FORWARDED-FOR",
        ])
    func proxied(field: String) async throws {
        try await withTestServer { client, _ in
            for value in ["192.0.2.7", ""] {
                let answer = try await client.get("/debug/requests", [(field, value)])
                #expect(answer.status == 403)
                #expect(answer.json["error"]?.string == "debug_is_local")
            }
            // Such a request does not get explanations either.
            let form = [
                ("grant_type", "client_credentials"), ("client_id", "static-mcp-client-001"), ("client_secret", "x"),
            ]
            let mistake = try await client.post("/token", form: form, [(field, "192.0.2.7")])
            #expect(mistake.status == 401)
            #expect(mistake.json["expected"] == nil)
        }
    }

    @Test("HTTP/1.0, which many proxies use, counts as a sign of a proxy", arguments: ["", "Connection: close\r\n"])
    func oldProxy(field: String) async throws {
        try await withTestServer { client, _ in
            for path in ["/debug/requests", "/metrics", "/debug"] {
                let answer = try await client.send(
                    raw: Array("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1:\(client.port)\r\n\(field)\r\n".utf8))
                #expect(answer.status == 403)
            }
        }
    }

    @Test("The usual header fields of local clients are no sign of a proxy")
    func direct() async throws {
        try await withTestServer { client, _ in
            let fields = [
                ("User-Agent", "Mozilla/5.0"), ("Accept", "*/*"), ("Accept-Language", "en"),
                ("Cache-Control", "no-cache"),
                ("Pragma", "no-cache"), ("X-Request-Id", "1"), ("Traceparent", "00-0-0-00"), ("DNT", "1"),
                ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "same-origin"), ("Origin", client.origin),
                ("Referer", "\(client.origin)/debug"), ("Upgrade-Insecure-Requests", "1"),
            ]
            let answer = try await client.get("/debug/requests", fields)
            #expect(answer.status == 200)
        }
    }

    @Test("On loopback a configured token is required as well, and a proxy does not matter then")
    func tokenOnLoopback() async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            let token = ("Authorization", "Bearer 0123456789abcdef")
            for path in ["/debug/requests", "/debug/report", "/debug/flows", "/metrics", "/debug/clock"] {
                #expect(try await client.get(path).status == 401)
                #expect(try await client.get(path + "?access_token=0123456789abcdef").status == 401)
                #expect(try await client.get(path, [token]).status == 200)
                #expect(try await client.get(path, [token, ("X-Forwarded-For", "192.0.2.7")]).status == 200)
            }
            // The frame of the page asks for the token, and contains no data.
            let page = try await client.get("/debug")
            #expect(page.status == 200)
            #expect(page.body.contains(#"<form id="gate" hidden>"#))
        }
    }

    @Test("Wrong debug tokens are counted like wrong passwords, at all paths together; a missing one is not counted")
    func guesses() async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            for _ in 0..<30 { #expect(try await client.get("/debug/requests").status == 401) }
            let paths = Self.paths.filter { !Self.frame.contains($0.path) }
            var statuses: [Int] = []
            for (number, (method, path)) in paths.enumerated() {
                let guess = ("Authorization", "Bearer 0123456789abcde\(number)")
                statuses.append(try await client.send(method, path, [guess]).status)
            }
            #expect(statuses == Array(repeating: 401, count: 10) + Array(repeating: 429, count: paths.count - 10))
            let right = try await client.get("/metrics", [("Authorization", "Bearer 0123456789abcdef")])
            #expect(right.status == 429)
            // Client secrets and the rest of the server are not affected.
            _ = try await client.clientCredentialsToken()
        }
    }

    @Test(
        "Another method of a debug path reveals nothing to a client without access",
        arguments: ["OPTIONS", "HEAD", "PATCH"])
    func methods(method: String) async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            for (_, path) in Self.paths where !Self.frame.contains(path) {
                let page = [("Origin", client.origin), ("Access-Control-Request-Method", "GET")]
                let answer = try await client.send(method, path, page)
                #expect(answer.status == 401, "\(method) \(path)")
                #expect(answer["Allow"] == nil)
                #expect(answer["Access-Control-Allow-Origin"] == nil)
                #expect(try await client.send(method, path, [("Origin", "http://localhost:1")]).status == 403)
            }
        }
    }

    @Test("A foreign Host is refused as on every path")
    func foreignHost() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/debug/requests", [("Host", "evil.example.com")])
            #expect(answer.status == 403)
        }
    }

    @Test("A page of another site is refused, even one on this machine")
    func foreignPage() async throws {
        try await withTestServer { client, _ in
            let origin = try await client.get("/debug/requests", [("Origin", "http://localhost:1")])
            #expect(origin.status == 403)
            #expect(origin["Access-Control-Allow-Origin"] == nil)
            let embedded = try await client.get("/debug/requests", [("Sec-Fetch-Site", "cross-site")])
            #expect(embedded.status == 403)
            let own = try await client.get("/debug/requests", [("Sec-Fetch-Site", "same-origin")])
            #expect(own.status == 200)
            let twice = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")]
            #expect(try await client.get("/debug/requests", twice).status == 403)
        }
    }

    @Test("A page has to show the token of the timeline for every change, and only a page of this server can")
    func pageToken() async throws {
        for token in [nil, "0123456789abcdef"] {
            try await withTestServer({ $0.debugToken = token.map { Secret($0) } }) { client, _ in
                let proof = token.map { [("Authorization", "Bearer \($0)")] } ?? []
                let page = try await client.get("/debug").body
                let value = try #require(page.firstMatch(of: #/data-page-token="([0-9a-f]{48})"/#)?.1)
                let shown = ("Debug-Page-Token", String(value))
                let signs = [
                    [("Origin", client.origin)], [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")],
                ]
                for (method, path) in Self.paths where method != "GET" {
                    for sign in signs {
                        let without = try await client.send(method, path, proof + sign)
                        #expect(
                            without.status == 403 && without.json["error"] == "page_token_needed", "\(method) \(path)")
                        let wrong = try await client.send(method, path, proof + sign + [("Debug-Page-Token", "0")])
                        #expect(wrong.status == 403)
                        let twice = try await client.send(method, path, proof + sign + [shown, shown])
                        #expect(twice.status == 403)
                        let right = try await client.send(method, path, proof + sign + [shown])
                        #expect(right.status != 403 && right.status != 401, "\(method) \(path)")
                    }
                    for foreign in [("Origin", "http://localhost:1"), ("Sec-Fetch-Site", "same-site")] {
                        let answer = try await client.send(method, path, proof + [foreign, shown])
                        #expect(answer.status == 403 && answer.json["error"] == "invalid_origin")
                    }
                    // A program that is no browser needs none.
                    #expect(try await client.send(method, path, proof).status != 403, "\(method) \(path)")
                }
                #expect(try await client.get("/debug/requests", proof + signs[0]).status == 200)
            }
        }
    }

    @Test("Each start of the server has a page token of its own")
    func freshPageToken() async throws {
        var tokens: Set<String> = []
        for _ in 0..<2 {
            try await withTestServer { client, _ in
                let page = try await client.get("/debug").body
                tokens.insert(String(try #require(page.firstMatch(of: #/data-page-token="(\w+)"/#)?.1)))
            }
        }
        #expect(tokens.count == 2)
    }

    @Test("Off loopback they do not exist without a token")
    func offLoopback() async throws {
        try await withTestServer({
            $0.publicURL = "https://mcp.example.com"; $0.setOwnCredentials()
        }) { client, _ in
            let answer = try await client.get("/debug/requests", [("Host", "mcp.example.com")])
            #expect(answer.status == 404)
        }
    }

    @Test("With a token only requests that send it have access")
    func token() async throws {
        try await withTestServer({
            $0.publicURL = "https://mcp.example.com"
            $0.setOwnCredentials()
            $0.debugToken = Secret("0123456789abcdef")
        }) { client, _ in
            let host = ("Host", "mcp.example.com")
            let none = try await client.get("/debug/requests", [host])
            #expect(none.status == 401)
            #expect(none["WWW-Authenticate"] == #"Bearer realm="debug""#)
            let wrong = try await client.get("/debug/requests", [host, ("Authorization", "Bearer 0123456789abcdeF")])
            #expect(wrong.status == 401)
            let right = try await client.get(
                "/debug/requests",
                [host, ("Authorization", "Bearer 0123456789abcdef"), ("X-Forwarded-For", "192.0.2.7")])
            #expect(right.status == 200)
        }
    }

    @Test(
        "A short or guessable debug token is an invalid setting",
        arguments: ["short", "0123456789abcde", "aaaaaaaaaaaaaaaa", "passwordpassword", "0123 56789 abcdef"])
    func weakToken(text: String) {
        var settings = Settings()
        settings.debugToken = Secret(text)
        let problems = settings.problems(toolNames: [])
        #expect(problems.map(\.setting) == [.debugToken])
        #expect(problems.first?.message.contains("openssl rand -hex 16") == true)
        #expect(problems.first?.message.contains(text) == false)
    }
}

extension Settings {
    /// Sets a secret and a user other than the public defaults.
    mutating func setOwnCredentials() {
        clientSecret = Secret("a-secret-of-our-own")
        users = [.init(name: "ann", password: Secret("a-password-of-our-own"))]
    }
}

import MCP
import OAuth
import StaticAuthServer
import TestSupport
import Testing

@Suite("Who may use the debug features")
struct DebugGuardTests {
    @Test("A program on this machine may, and the metadata of the server do not change")
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

    /// Every path of the debug features, and a method that it takes.
    private static let paths: [(method: String, path: String)] =
        [
            "/debug", "/debug/timeline.js", "/debug/events", "/debug/requests", "/debug/requests/1",
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

    @Test("With a token every one of them asks for it, but for the frame and the script of the timeline")
    func allGuarded() async throws {
        try await withTestServer({ $0.debugToken = Secret("0123456789abcdef") }) { client, _ in
            for (method, path) in Self.paths {
                let status = try await client.send(method, path).status
                #expect(status == (["/debug", "/debug/timeline.js"].contains(path) ? 200 : 401), "\(method) \(path)")
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
        "What came through a proxy is refused, wherever the proxy runs",
        arguments: ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
    func proxied(field: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/debug/requests", [(field, "192.0.2.7")])
            #expect(answer.status == 403)
            #expect(answer.json["error"]?.string == "debug_is_local")
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
        }
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

    @Test("With a token they are for whoever sends it, and for nobody else")
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

    @Test("A short debug token is a problem of the settings")
    func shortToken() {
        var settings = Settings()
        settings.debugToken = Secret("short")
        #expect(settings.problems(toolNames: []).map(\.setting) == ["debug-token"])
    }
}

extension Settings {
    fileprivate mutating func setOwnCredentials() {
        clientSecret = Secret("a-secret-of-our-own")
        users = [.init(name: "ann", password: Secret("a-password-of-our-own"))]
    }
}

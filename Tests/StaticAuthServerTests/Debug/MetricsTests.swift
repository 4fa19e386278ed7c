import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Prometheus metrics")
struct MetricsTests {
    @Test("Requests, durations, tokens and gauges are exported in the text format")
    func figures() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            _ = try await client.clientCredentialsToken()
            _ = try await client.callEcho("hi", token: nil)
            _ = try await client.openSession(token: token)
            let answer = try await client.get("/metrics")
            #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.body.split(separator: "\n").map(String.init)
            for line in [
                "# TYPE static_auth_server_requests_total counter",
                #"static_auth_server_requests_total{endpoint="mcp",status="200"} 1"#,
                #"static_auth_server_requests_total{endpoint="mcp",status="401"} 1"#,
                #"static_auth_server_requests_total{endpoint="token",status="200"} 2"#,
                "# TYPE static_auth_server_request_duration_seconds histogram",
                #"static_auth_server_request_duration_seconds_bucket{endpoint="token",le="+Inf"} 2"#,
                #"static_auth_server_request_duration_seconds_count{endpoint="token"} 2"#,
                #"static_auth_server_tokens_issued_total{grant_type="client_credentials"} 2"#,
                "static_auth_server_sessions 1", "static_auth_server_streams 0", "static_auth_server_connections 1",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            for line in lines where !line.hasPrefix("# ") {
                #expect(line.wholeMatch(of: /[a-z_]+(\{[^{}]+\})? [0-9.e+-]+/) != nil, "\(line)")
            }
        }
    }

    @Test("A client's text never becomes a label, and an unknown grant type no series")
    func labels() async throws {
        try await withTestServer { client, _ in
            _ = try await client.debug(
                "/faults", ["endpoint": "token", "fault": ["status": 200, "body": "{}"], "times": 50])
            for type in [#"x"} 1\#nforged_metric{a=""#, "a\\", "é", "", "authorization_code "]
                + (0..<40).map({ "made-up-\($0)" })
            {
                _ = try await client.post("/token", form: [("grant_type", type)])
            }
            _ = try await client.post("/token", form: [("grant_type", "refresh_token"), ("refresh_token", "x")])
            _ = try await client.send("MAKE-UP", "/made\"up{}", [("User-Agent", #"x"} 1"#)])
            let answer = try await client.get("/metrics")
            let series = answer.body.split(separator: "\n").filter { $0.contains("tokens_issued_total{") }
            #expect(
                series.sorted() == [
                    #"static_auth_server_tokens_issued_total{grant_type="other"} 44"#,
                    #"static_auth_server_tokens_issued_total{grant_type="refresh_token"} 1"#,
                ])
            #expect(!answer.body.contains("forged") && !answer.body.contains("made"))
            for line in answer.body.split(separator: "\n") where !line.hasPrefix("# ") {
                #expect(line.wholeMatch(of: /[a-z_]+(\{[^{}]+\})? [0-9.e+-]+/) != nil, "\(line)")
            }
        }
    }

    @Test("They have the access rule of the debug features")
    func access() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/metrics", [("X-Forwarded-For", "192.0.2.7")])
            #expect(answer.status == 403)
        }
        try await withTestServer({ $0.debug = false }) { client, _ in
            let answer = try await client.get("/metrics")
            #expect(answer.status == 404)
        }
    }
}

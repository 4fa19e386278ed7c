import StaticAuthServer
import TestSupport
import Testing

@Suite("Figures for Prometheus")
struct MetricsTests {
    @Test("Requests, durations, tokens and what is open are told in the text format")
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

    @Test("They are for those whom the debug features are for")
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

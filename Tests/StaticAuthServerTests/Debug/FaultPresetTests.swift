import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Fault presets")
struct FaultPresetTests {
    @Test(
        "A preset that replaces the answer",
        arguments: [
            ("html-500", 500, "text/html; charset=utf-8", "<h1>500 Internal Server Error</h1>"),
            ("html-200", 200, "text/html; charset=utf-8", "<h1>Welcome</h1>"),
            ("empty-200", 200, "application/json", ""), ("array-200", 200, "application/json", "[]"),
            ("token-200-error", 200, "application/json", #""error":"invalid_grant""#),
            ("too-many-requests", 429, "application/json", "too_many_requests"),
        ])
    func instead(preset: String, status: Int, type: String, body: String) async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            try await client.queueFault(["endpoint": "token", "fault": ["preset": .string(preset)]])
            let answer = try await flow.redeem(expecting: status).answer
            #expect(answer["Content-Type"] == type)
            #expect(body.isEmpty ? answer.body.isEmpty : answer.body.contains(body))
            _ = try await flow.redeem()
        }
    }

    @Test("A redirect loop redirects every request to itself")
    func redirectLoop() async throws {
        try await withTestServer { client, _ in
            try await client.queueFault(["endpoint": "metadata", "fault": ["preset": "redirect-loop"]])
            let answer = try await client.get("/.well-known/oauth-authorization-server?x=1")
            #expect(answer.status == 307)
            #expect(answer["Location"] == "/.well-known/oauth-authorization-server?x=1")
        }
    }

    @Test("A truncated document is half of the right one, and its length says so")
    func truncated() async throws {
        try await withTestServer { client, _ in
            let right = try await client.get("/.well-known/oauth-authorization-server")
            try await client.queueFault(["endpoint": "metadata", "fault": ["preset": "truncated-json"]])
            let wrong = try await client.get("/.well-known/oauth-authorization-server")
            #expect(wrong.status == 200)
            #expect(wrong.body == right.body.prefix(right.body.count / 2))
            #expect(wrong["Content-Length"] == String(wrong.body.utf8.count))
        }
    }

    @Test("An invalid UTF-8 byte, and a wrong content type, damage the correct answer")
    func spoilt() async throws {
        try await withTestServer { client, _ in
            let right = try await client.get("/healthz")
            try await client.queueFault(["endpoint": "health", "fault": ["preset": "invalid-utf8"]])
            try await client.queueFault(["endpoint": "health", "fault": ["preset": "wrong-content-type"]])
            let invalid = try await RawConnection(port: client.port)
            await invalid.send("GET /healthz HTTP/1.1\r\nHost: localhost:\(client.port)\r\nConnection: close\r\n\r\n")
            var bytes: [UInt8] = []
            while let more = await invalid.read() { bytes += more }
            #expect(bytes.contains(0xFF))
            #expect(String(validating: bytes, as: UTF8.self) == nil)
            let wrong = try await client.get("/healthz")
            #expect(wrong.body == right.body)
            #expect(wrong["Content-Type"] == "text/plain")
        }
    }

    @Test("A slow body is the correct one, byte by byte")
    func slow() async throws {
        try await withTestServer { client, _ in
            let right = try await client.get("/healthz")
            try await client.queueFault(["endpoint": "health", "fault": ["preset": "slow-body"]])
            #expect(try await client.get("/healthz").body == right.body)
        }
    }

    @Test("401-once, 403-always and a JSON-RPC error apply to requests with a token, and to no others")
    func protectedResource() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            try await client.queueFault(["fault": ["mcp": "401-once"]])
            #expect(try await client.callEcho("x", token: nil)["WWW-Authenticate"]?.contains("error=") == false)
            let refused = try await client.callEcho("x", token: token)
            #expect(refused.status == 401)
            #expect(refused["WWW-Authenticate"]?.hasPrefix("Bearer error=\"invalid_token\"") == true)
            #expect(refused["WWW-Authenticate"]?.contains("resource_metadata=\"\(client.origin)") == true)
            #expect(try await client.callEcho("x", token: token).status == 200)

            try await client.queueFault(["fault": ["mcp": "jsonrpc-error"]])
            let failed = try await client.callEcho("x", token: token)
            #expect(failed.status == 200)
            #expect(failed.json["id"] == 1)
            #expect(failed.json["error"]?.object?["code"] == -32603)
            #expect(try await client.callEcho("x", token: token).json["result"] != nil)

            try await client.queueFault(["fault": ["mcp": "403-always"]])
            for _ in 0..<3 {
                let forbidden = try await client.callEcho("x", token: token)
                #expect(forbidden.status == 403)
                #expect(forbidden["WWW-Authenticate"] == nil)
            }
            #expect(try await client.callEcho("x", token: nil).status == 401)
        }
    }

    @Test("A lost session stays lost, and a new one works")
    func sessionLost() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            #expect(try await client.legacy("tools/list", session: session, token: token).status == 200)
            try await client.queueFault(["fault": ["mcp": "session-lost"]])
            #expect(try await client.legacy("tools/list", session: session, token: token).status == 404)
            #expect(try await client.legacy("tools/list", session: session, token: token).status == 404)
            let next = try await client.openSession(token: token)
            #expect(try await client.legacy("tools/list", session: next, token: token).status == 200)
        }
    }
}

import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Queued faults")
struct FaultTests {
    @Test("A fault's answer replaces the correct one, once, and the fault is listed as posted")
    func status() async throws {
        try await withTestServer { client, _ in
            let right = try await client.get("/healthz")
            let planted = try await client.queueFault([
                "endpoint": "health",
                "fault": ["status": 503, "headers": ["Retry-After": "7"], "body": "out of order"],
            ])
            #expect(planted.status == 201)
            #expect(planted.json["id"] == 1)
            #expect(planted.json["fault"]?.object?["status"] == 503)
            let wrong = try await client.get("/healthz")
            #expect(wrong.status == 503)
            #expect(wrong["Retry-After"] == "7")
            #expect(wrong.body == "out of order")
            #expect(try await client.get("/healthz").body == right.body)
        }
    }

    @Test("Faults apply first in, first out, each as often as it says")
    func order() async throws {
        try await withTestServer { client, _ in
            for (status, times) in [(500, 2), (502, 1)] as [(JSONValue, JSONValue)] {
                try await client.queueFault(["endpoint": "health", "times": times, "fault": ["status": status]])
            }
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await client.get("/healthz").status) }
            #expect(statuses == [500, 500, 502, 200])
        }
    }

    @Test("A fault that always applies does so until it is removed")
    func always() async throws {
        try await withTestServer { client, _ in
            try await client.queueFault(["endpoint": "any", "times": "always", "fault": ["status": 500]])
            for path in ["/healthz", "/", "/nowhere"] { #expect(try await client.get(path).status == 500) }
            let list = try await client.get("/debug/faults").json["faults"]?.array
            #expect(list?.first?.object?["struck"] == 3)
            #expect(try await client.send("DELETE", "/debug/faults/1").status == 204)
            #expect(try await client.send("DELETE", "/debug/faults/1").status == 404)
            #expect(try await client.get("/healthz").status == 200)
        }
    }

    @Test("Faults are listed in order and removed all at once, and never apply to the debug features")
    func listing() async throws {
        try await withTestServer { client, _ in
            for _ in 0..<3 {
                try await client.queueFault(["endpoint": "any", "times": "always", "fault": ["status": 500]])
            }
            let list = try await client.get("/debug/faults").json["faults"]?.array
            #expect(list?.map { $0.object?["id"] } == [1, 2, 3])
            let removed = try await client.send("DELETE", "/debug/faults")
            #expect(removed.json["removed"] == 3)
            #expect(try await client.get("/debug/faults").json["faults"] == [])
            #expect(try await client.get("/healthz").status == 200)
        }
    }

    @Test(
        "A fault applies only to requests that match",
        arguments: [
            (["method": "HEAD"], "/healthz", nil, 200), (["method": "GET"], "/healthz", nil, 500),
            (["headers": ["User-Agent": "bad-client"]], "/healthz", nil, 500),
            (["headers": ["User-Agent": "other"]], "/healthz", nil, 200),
            (["parameters": ["state": "s1"]], "/healthz?state=s1", nil, 500),
            (["parameters": ["state": "s1"]], "/healthz?state=s2", nil, 200),
            (["bearer": true], "/healthz", nil, 200), (["bearer": true], "/healthz", "Bearer x", 500),
            (["bearer": false], "/healthz", "Bearer x", 200), (["session": true], "/healthz", nil, 200),
            (["jsonrpc_method": "tools/call"], "/healthz", nil, 200),
        ] as [(JSONObject, String, String?, Int)])
    func matching(match: JSONObject, target: String, authorization: String?, status: Int) async throws {
        try await withTestServer { client, _ in
            try await client.queueFault(["endpoint": "health", "match": .object(match), "fault": ["status": 500]])
            let fields = [("User-Agent", "bad-client/1.0")] + (authorization.map { [("Authorization", $0)] } ?? [])
            #expect(try await client.get(target, fields).status == status)
        }
    }

    @Test("A fault can match a grant type, a JSON-RPC method and a tool")
    func meantMessages() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            try await client.queueFault([
                "endpoint": "token", "match": ["grant_type": "refresh_token"], "fault": ["status": 503],
            ])
            let tokens = try await flow.redeem()
            _ = try await flow.refresh(tokens.refreshToken, expecting: 503)
            _ = try await flow.refresh(tokens.refreshToken)
            try await client.queueFault([
                "endpoint": "mcp", "match": ["jsonrpc_method": "tools/call", "tool": "echo"],
                "fault": ["status": 503],
            ])
            let token = tokens.accessToken
            #expect(try await client.modern("tools/list", token: token).status == 200)
            let other = try await client.modern("tools/call", ["name": "get_time", "arguments": [:]], token: token)
            #expect(other.status == 200)
            #expect(try await client.callEcho("x", token: token).status == 503)
            #expect(try await client.callEcho("x", token: token).status == 200)
        }
    }

    @Test("A preflight matches only a fault that names OPTIONS")
    func preflight() async throws {
        try await withTestServer { client, _ in
            let page = [("Origin", "http://localhost:5173")]
            try await client.queueFault(["endpoint": "token", "fault": ["status": 500]])
            #expect(try await client.send("OPTIONS", "/token", page).status == 204)
            try await client.queueFault(["endpoint": "token", "match": ["method": "OPTIONS"], "fault": ["status": 401]])
            let refused = try await client.send("OPTIONS", "/token", page)
            #expect(refused.status == 401)
            #expect(refused["Access-Control-Allow-Origin"] == nil)
            let struck = try await client.post("/token", form: [], page)
            #expect(struck.status == 500)
            #expect(struck["Access-Control-Allow-Origin"] == page[0].1)
        }
    }

    @Test("A connection can close before the head, and the request is not processed")
    func beforeHeaders() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            try await client.queueFault(["endpoint": "token", "fault": ["drop": "before-headers"]])
            await #expect(throws: TestClient.MalformedAnswer.self) { _ = try await flow.redeem() }
            _ = try await flow.redeem()
        }
    }

    @Test("A connection can close in the middle of the body, and the request is processed")
    func midBody() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            try await client.queueFault(["endpoint": "token", "fault": ["drop": "mid-body"]])
            let torn = try await flow.redeem().answer
            #expect(Int(torn["Content-Length"] ?? "") ?? 0 > torn.body.utf8.count)
            #expect(torn.body.hasPrefix("{\"access_token\":"))
            _ = try await flow.redeem(expecting: 400)
        }
    }

    @Test("A delay affects one answer, no other client, and not the stop of the server")
    func delay() async throws {
        try await withTestServer { client, server in
            try await client.queueFault(["endpoint": "health", "fault": ["delay_ms": 300_000]])
            let waiting = try await RawConnection(port: client.port)
            await waiting.send("GET /healthz HTTP/1.1\r\nHost: localhost:\(client.port)\r\n\r\n")
            #expect(await eventually { (try? await client.get("/debug/faults").json["faults"]) == [] })
            #expect(try await client.get("/healthz").status == 200)
            await server.stop()
            #expect(await waiting.readToEnd() == "")
        }
    }

    @Test("A delayed answer arrives after its delay, correct or faulted")
    func shortDelays() async throws {
        try await withTestServer { client, _ in
            try await client.queueFault(["endpoint": "health", "fault": ["delay_ms": 20]])
            try await client.queueFault(["endpoint": "health", "fault": ["delay_ms": 20, "status": 502]])
            #expect(try await client.get("/healthz").status == 200)
            #expect(try await client.get("/healthz").status == 502)
        }
    }

    @Test("The journal shows the requests that a fault was applied to")
    func journal() async throws {
        try await withTestServer { client, _ in
            try await client.queueFault(["endpoint": "health", "fault": ["delay_ms": 10, "preset": "html-500"]])
            _ = try await client.get("/healthz")
            _ = try await client.get("/healthz")
            let entries = try await client.get("/debug/requests").json["requests"]?.array?.compactMap(\.object) ?? []
            #expect(entries.map { $0["status"] } == [500, 200])
            #expect(entries.first?["fault"] == "fault 1: a delay of 10 ms, then html-500")
            #expect(entries.last?["fault"] == nil)
        }
    }

    @Test("Faults beyond the maximum are refused")
    func full() async throws {
        try await withTestServer { client, _ in
            for _ in 0..<100 { try await client.queueFault(["endpoint": "health", "fault": ["status": 500]]) }
            let refused = try await client.queueFault(["endpoint": "health", "fault": ["status": 500]])
            #expect(refused.status == 409)
            #expect(refused.json["error"] == "too_many_faults")
        }
    }

    @Test("Only clients with access to the debug features can queue faults")
    func access() async throws {
        try await withTestServer { client, _ in
            let fault = #"{"endpoint":"health","fault":{"status":500}}"#
            for field in [("X-Forwarded-For", "192.0.2.7"), ("Origin", "http://localhost:1")] {
                let refused = try await client.send("POST", "/debug/faults", [field], body: fault)
                #expect(refused.status == 403)
            }
            #expect(try await client.get("/healthz").status == 200)
        }
    }
}

extension TestClient {
    /// Queues a fault.
    @discardableResult
    func queueFault(_ fault: JSONObject) async throws -> Answer {
        try await send("POST", "/debug/faults", body: String(decoding: JSONWriter.bytes(of: fault), as: UTF8.self))
    }
}

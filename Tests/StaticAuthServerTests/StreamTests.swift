import MCPCore
import Primitives
import StaticAuthServer
import Synchronization
import Testing
import TestSupport

/// A tool that ends only when it is cancelled, or far later than a test waits.
private final class WaitingTool: Tool {
    let name = "wait"
    let description = "Waits."
    let inputSchema: JSONObject = ["type": "object"]
    let started = Mutex(false)
    let cancelled = Mutex(false)

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        started.withLock { $0 = true }
        do {
            try await Task.sleep(for: .seconds(60))
        } catch {
            cancelled.withLock { $0 = true }
        }
        return [:]
    }
}

@Suite("Event streams on a real connection")
struct StreamTests {
    private func listen(_ client: TestClient, token: String, id: JSONValue = "l1") async throws -> EventReader {
        let (fields, body) = TestClient.modernRequest(
            "subscriptions/listen", ["notifications": ["toolsListChanged": true]], id: id, token: token)
        return try await EventReader(client, "POST", "/mcp", fields, body: body)
    }

    @Test(
        "A listen begins with its acknowledgement, in plain events without ids",
        .proves(.responseStreamHasPlainEvents, .listeningIsAcknowledged))
    func acknowledgement() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let stream = try await listen(client, token: token)
            #expect(stream.head.status == 200)
            #expect(stream.head["Content-Type"] == "text/event-stream")
            #expect(stream.head["X-Accel-Buffering"] == "no")
            #expect(stream.head["Cache-Control"] == "no-cache")
            let event = await stream.nextMessage()
            #expect(event?.lines.count == 2)
            #expect(event?.value("event") == "message")
            #expect(event?.json["method"] == "notifications/subscriptions/acknowledged")
        }
    }

    @Test(
        "Every listen is notified of a changed list under its own id; a session once",
        .proves(.streamsListenSideBySide, .messageGoesToOneStream)
    )
    func listChanged() async throws {
        try await withTestServer { client, server in
            let token = try await Flow(client).logIn().redeem().accessToken
            let text = try await listen(client, token: token, id: "1")
            let number = try await listen(client, token: token, id: 1)
            let session = try await client.openSession(token: token)
            let get = try await EventReader(
                client, "GET", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)])
            for stream in [text, number] { _ = await stream.nextMessage() }
            server.toolsListChanged()
            for (stream, id) in [(text, JSONValue.string("1")), (number, 1)] {
                let event = await stream.nextMessage()
                #expect(event?.json["method"] == "notifications/tools/list_changed")
                let meta = event?.json["params"]?.object?["_meta"]?.object
                #expect(meta?["io.modelcontextprotocol/subscriptionId"] == id)
            }
            let event = await get.nextMessage()
            #expect(event?.json["method"] == "notifications/tools/list_changed")
            #expect(event?.json["params"]?.object?["_meta"] == nil)
        }
    }

    @Test("Notifications follow --list-changed-interval without any call")
    func interval() async throws {
        try await withTestServer({ $0.listChangedInterval = .seconds(1) }) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let stream = try await listen(client, token: token)
            _ = await stream.nextMessage()
            #expect(await stream.nextMessage()?.json["method"] == "notifications/tools/list_changed")
        }
    }

    @Test("A comment keeps an idle stream open, every 15 seconds", .proves(.idleStreamIsKeptAlive))
    func keepAlive() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let stream = try await listen(client, token: token)
            _ = await stream.nextMessage()
            #expect(await stream.next()?.isComment == true)
        }
    }

    @Test("A stop ends a listen with its result and sends no cancellation", .proves(.stopEndsStreamsWithAResult))
    func stop() async throws {
        var settings = Settings()
        settings.port = 0
        let server = try await StaticAuthServer.start(settings)
        let client = TestClient(port: server.port)
        let token = try await Flow(client).logIn().redeem().accessToken
        let stream = try await listen(client, token: token)
        _ = await stream.nextMessage()
        await server.stop()
        let last = await stream.nextMessage()
        #expect(last?.json["id"] == "l1")
        #expect(last?.json["result"]?.object?["resultType"] == "complete")
        #expect(await stream.next() == nil)
    }

    @Test("Revoking the token ends its open streams at once, a listen with its result")
    func revocation() async throws {
        try await withTestServer { client, _ in
            let flow = try await Flow(client).logIn()
            let token = try await flow.redeem().accessToken
            let stream = try await listen(client, token: token)
            _ = await stream.nextMessage()
            let session = try await client.openSession(token: token)
            let get = try await EventReader(
                client, "GET", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)])
            _ = try await client.post(
                "/revoke",
                form: [
                    ("token", token), ("client_id", flow.credentials.0), ("client_secret", flow.credentials.1),
                ])
            #expect(await stream.nextMessage()?.json["result"]?.object?["resultType"] == "complete")
            #expect(await stream.next() == nil)
            #expect(await get.nextMessage() == nil)
        }
    }

    @Test("Revoking other tokens ends no other stream, however often")
    func foreignRevocations() async throws {
        try await withTestServer { client, server in
            let flow = try await Flow(client).logIn()
            let token = try await flow.redeem().accessToken
            let stream = try await listen(client, token: token)
            _ = await stream.nextMessage()
            for _ in 0..<100 { _ = try await flow.refresh("unknown", expecting: 400) }
            server.toolsListChanged()
            #expect(await stream.nextMessage()?.json["method"] == "notifications/tools/list_changed")
        }
    }

    @Test("A stream ends when its token expires, without any other event")
    func expiry() async throws {
        // Otherwise the keep-alive would notice it within 15 seconds.
        try await withTestServer({ $0.accessTokenTTL = .seconds(2) }, keepAlive: .seconds(3600)) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let stream = try await listen(client, token: token)
            _ = await stream.nextMessage()
            #expect(await stream.nextMessage()?.json["result"]?.object?["resultType"] == "complete")
        }
    }

    @Test("Closing an event stream cancels its call", .proves(.closedStreamCancels))
    func closing() async throws {
        let tool = WaitingTool()
        try await withTestServer({ $0.postResponses = .sse }, tools: [tool]) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest(
                "tools/call", ["name": "wait", "_meta": ["progressToken": 1]], token: token)
            do {
                let stream = try await EventReader(client, "POST", "/mcp", fields, body: body)
                #expect(stream.head.status == 200)
                #expect(await eventually { tool.started.withLock { $0 } })
            }
            #expect(await eventually { tool.cancelled.withLock { $0 } })
        }
    }

    @Test(
        "Deleting a session ends its stream and makes its id unknown",
        .proves(.unknownSessionIs404, .deleteEndsTheSession))
    func deletion() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let fields = TestClient.fields(token: token) + [("Mcp-Session-Id", session)]
            let get = try await EventReader(client, "GET", "/mcp", fields)
            #expect(get.head.status == 200)
            #expect(try await client.send("DELETE", "/mcp", fields).status == 204)
            #expect(await get.next() == nil)
            for method in ["GET", "DELETE"] {
                #expect(try await client.send(method, "/mcp", fields).status == 404)
            }
            #expect(try await client.legacy("tools/list", session: session, token: token).status == 404)
        }
    }

    @Test(
        "A GET without text/event-stream is 406, without a session 400, with a modern version 405",
        .proves(.getOpensAStream, .onlyPostIsAllowed))
    func getRefusals() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let bearer = ("Authorization", "Bearer \(token)")
            let json = try await client.get(
                "/mcp", [bearer, ("Mcp-Session-Id", session), ("Accept", "application/json")])
            #expect(json.status == 406)
            #expect(try await client.get("/mcp", [bearer, ("Accept", "text/event-stream")]).status == 400)
            for method in ["GET", "DELETE"] {
                let modern = try await client.send(
                    method, "/mcp", [bearer, ("MCP-Protocol-Version", "2026-07-28"), ("Accept", "text/event-stream")])
                #expect(modern.status == 405)
                #expect(modern["Allow"] == "POST")
            }
        }
    }
}

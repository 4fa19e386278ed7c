import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("/mcp over HTTP")
struct MCPRouteTests {
    @Test("A POST that is not JSON is 415; one whose Accept lacks a form is 406", .proves(.headerValuesAreExact))
    func contentTypes() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest("tools/list", token: token)
            func status(_ name: String, _ value: String?) async throws -> Int {
                let kept = fields.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
                return try await client.send("POST", "/mcp", kept, body: body).status
            }
            for type in ["application/json; charset=utf-8", "APPLICATION/JSON"] {
                #expect(try await status("Content-Type", type) == 200)
            }
            for type in ["text/plain", nil, "application/jsonp", "application/json x"] {
                #expect(try await status("Content-Type", type) == 415)
            }
            for accept in ["*/*", "application/*, text/*", "text/event-stream;q=0.5, application/json"] {
                #expect(try await status("Accept", accept) == 200)
            }
            for accept in [
                "application/json", "text/event-stream", nil, "text/event-stream;q=0, application/json, */*",
            ] {
                #expect(try await status("Accept", accept) == 406)
            }
        }
    }

    @Test(
        "A modern answer is one JSON object that must not be cached, without a session",
        .proves(.successIsJSONOrAStream, .noSessionIDIsSent))
    func modernAnswer() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let (fields, body) = TestClient.modernRequest("tools/list", token: token)
            let answer = try await client.send("POST", "/mcp", fields + [("Mcp-Session-Id", "junk")], body: body)
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["Mcp-Session-Id"] == nil)
            #expect(answer.json["result"]?.object?["tools"]?.array?.count == 2)
        }
    }

    @Test("Both eras on one connection do not disturb each other", .proves(.erasWorkSideBySide))
    func interleaved() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession("2025-06-18", token: token)
            for _ in 0..<3 {
                let modern = try await client.callEcho("hi", token: token)
                #expect(modern.json["result"]?.object?["resultType"] == "complete")
                let legacy = try await client.legacy(
                    "tools/call", ["name": "echo", "arguments": ["message": "hi"]], session: session, token: token)
                #expect(
                    legacy.body
                        == #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"echo\":\"hi\",\"length\":2}"}],"structuredContent":{"echo":"hi","length":2},"isError":false}}"#
                )
            }
        }
    }

    @Test(
        "A modern request probes the era: a result, or an error that only the modern era has",
        .proves(.eraCanBeProbed))
    func probe() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let found = try await client.modern("server/discover", token: token)
            #expect(found.status == 200)
            #expect(found.json["result"]?.object?["supportedVersions"]?.array?.first == "2026-07-28")
            let (fields, body) = TestClient.modernRequest("server/discover", token: token)
            let other = try await client.send(
                "POST", "/mcp", fields.map { ($0.0, $0.1 == "2026-07-28" ? "2099-01-01" : $0.1) },
                body: body.replacing("2026-07-28", with: "2099-01-01"))
            #expect(other.status == 400)
            let error = other.json["error"]?.object
            #expect(error?["code"] == -32022)
            #expect(error?["data"]?.object?["supported"]?.array?.first == "2026-07-28")
        }
    }

    @Test(
        "A session needs its user's token; for another user it does not exist",
        .proves(.sessionBelongsToItsSubject, .bearerNeededOnEveryRequest))
    func sessionOwner() async throws {
        try await withTestServer({ $0.users.append(.init(name: "ann", password: Settings.defaultPassword)) }) {
            client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let other = try await Flow(client).logIn(user: "ann").redeem().accessToken
            #expect(try await client.legacy("ping", session: session, token: other).status == 404)
            #expect(try await client.legacy("ping", session: session, token: token).status == 200)
            #expect(try await client.legacy("ping", session: session, token: nil).status == 401)
        }
    }

    @Test(
        "Notifications are accepted with 202 and nothing else",
        .proves(.initializedIsAccepted, .versionHeaderIsChecked, .notificationIs202))
    func notifications() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let session = try await client.openSession(token: token)
            let initialized = try await client.legacy(
                "notifications/initialized", id: nil, session: session, token: token)
            let modern = try await client.legacy(
                "notifications/anything", id: nil, token: token, [("MCP-Protocol-Version", "2026-07-28")])
            let unknown = try await client.send(
                "POST", "/mcp",
                TestClient.fields(token: token) + [
                    ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "1999-01-01"),
                ],
                body: #"{"jsonrpc":"2.0","id":9,"result":{}}"#)
            #expect(unknown.status == 400)
            for answer in [initialized, modern] {
                #expect(answer.status == 202)
                #expect(answer.body == "")
            }
        }
    }

    @Test("Methods that MCP does not know are 405, with and without a token", .proves(.wrongMethodNamesAllowedOnes))
    func otherMethods() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            for method in ["PUT", "PATCH", "HEAD"] {
                for fields in [[], TestClient.fields(token: token)] {
                    let answer = try await client.send(method, "/mcp", fields)
                    #expect(answer.status == 405)
                    #expect(answer["Allow"] == "GET, POST, DELETE")
                }
            }
        }
    }

    @Test(
        "Beyond the rate limit a subject has to wait; other requests and subjects need not",
        .proves(.toolCallsAreLimitedAndValidated))
    func rateLimit() async throws {
        let clock = FixedClock()
        try await withTestServer({ $0.rateLimit = 3 }, now: clock.now) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            for _ in 0..<3 { #expect(try await client.callEcho("x", token: token).status == 200) }
            let refused = try await client.callEcho("x", token: token)
            #expect(refused.status == 429)
            let wait = refused["Retry-After"].flatMap(Int.init) ?? 0
            #expect((1...20).contains(wait))
            #expect(try await client.modern("tools/list", token: token).status == 200)
            let machine = try await client.post(
                "/token",
                form: [
                    ("grant_type", "client_credentials"), ("client_id", "static-mcp-client-001"),
                    ("client_secret", "your-secret-key-change-this-in-production"),
                ])
            #expect(try await client.callEcho("x", token: machine.json["access_token"]?.string).status == 200)
            clock.advance(by: .seconds(wait))
            #expect(try await client.callEcho("x", token: token).status == 200)
        }
    }

    @Test(
        "get_time returns the server's clock in UTC, in the form of the sample", .proves(.resultShapeFitsTheRevision))
    func time() async throws {
        let clock = FixedClock(at: .seconds(1_795_226_584))
        try await withTestServer(now: clock.now) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let answer = try await client.modern("tools/call", ["name": "get_time"], id: 3, token: token)
            #expect(
                answer.body
                    == #"{"jsonrpc":"2.0","id":3,"result":{"resultType":"complete","content":[{"type":"text","text":"{\"current_time\":\"2026-11-21T02:03:04\",\"timezone\":\"UTC\",\"timestamp\":1795226584.0,\"formatted\":\"2026-11-21 02:03:04\"}"}],"structuredContent":{"current_time":"2026-11-21T02:03:04","timezone":"UTC","timestamp":1795226584.0,"formatted":"2026-11-21 02:03:04"},"isError":false,"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"static-auth-server","version":"0.1.0"}}}}"#
            )
        }
    }

    @Test("The two demo tools are described as the contract demands", .proves(.toolsAreWellFormed))
    func definitions() async throws {
        let expected = #"""
            [{"name":"echo","title":"Echo","description":"Returns the given message and its length.",
              "inputSchema":{"type":"object","properties":{"message":{"type":"string","description":"Text to return"}},
                             "required":["message"],"additionalProperties":false},
              "outputSchema":{"type":"object","properties":{"echo":{"type":"string"},"length":{"type":"integer"}},
                              "required":["echo","length"]},
              "annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}},
             {"name":"get_time","title":"Current time","description":"The server's current time in UTC.",
              "inputSchema":{"type":"object","additionalProperties":false},
              "outputSchema":{"type":"object","properties":{"current_time":{"type":"string"},
                              "timezone":{"type":"string"},"timestamp":{"type":"number"},
                              "formatted":{"type":"string"}},
                              "required":["current_time","timezone","timestamp","formatted"]},
              "annotations":{"readOnlyHint":true,"openWorldHint":false}}]
            """#
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let answer = try await client.modern("tools/list", token: token)
            #expect(answer.json["result"]?.object?["tools"] == (try JSONParser.parse(Array(expected.utf8))))
        }
    }

    @Test("echo counts scalars, and returns any text unchanged", .proves(.textIsUTF8), arguments: ["json", "sse"])
    func echo(form: String) async throws {
        try await withTestServer({ $0.postResponses = Policy.PostResponses(rawValue: form) ?? .json }) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            for text in [
                "héllo 🚀", "", "\"quotes\" \\ and\nnew lines\r\n", "\u{2028}\u{2029}\u{0}\u{7f}",
                String(repeating: "ü", count: 50_000), "e\u{301}",
            ] {
                let answer = try await client.callEcho(text, token: token)
                #expect(answer.status == 200)
                let json =
                    form == "json"
                    ? answer.body
                    : String(answer.body.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? "")
                let result = try JSONParser.parse(Array(json.utf8)).object?["result"]?.object
                let content = result?["structuredContent"]?.object
                #expect(content?["echo"]?.string.map { Array($0.utf8) } == Array(text.utf8))
                #expect(content?["length"]?.number?.intValue == text.unicodeScalars.count)
            }
        }
    }

    @Test(
        "Bytes that are not UTF-8, not JSON or not a message get a clear 400",
        .proves(.controlCharactersAreRefused, .errorsEchoReadableIDs))
    func badBytes() async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let head =
                "POST /mcp HTTP/1.1\r\nHost: \(client.host)\r\nConnection: close\r\n"
                + TestClient.fields(token: token).map { "\($0.0): \($0.1)\r\n" }.joined()
            for (bytes, code) in [
                ([0xFF, 0xFE], "-32700"), (Array("{".utf8), "-32700"), ([], "-32700"), (Array("5".utf8), "-32600"),
                (Array(String(repeating: "[", count: 100_000).utf8), "-32700"),
            ] as [([UInt8], String)] {
                let connection = try await RawConnection(port: client.port)
                await connection.send(Array((head + "Content-Length: \(bytes.count)\r\n\r\n").utf8) + bytes)
                let answer = await connection.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.contains(code), "\(answer)")
                #expect(!answer.contains("\"id\""))
            }
            let connection = try await RawConnection(port: client.port)
            await connection.send(head + "Mcp-Name: a\u{1}b\r\nContent-Length: 2\r\n\r\n{}")
            #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 400 "))
        }
    }
}

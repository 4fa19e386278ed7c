import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// A number that crashes the server would end this test run.
@Suite("Numbers beyond every clock and integer, from clients")
struct NumberTests {
    static let extremes =
        [
            "1e300", "-1e300", "1e19", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "18446744073709551615", "1e-300", "-0", "0.5", "1e999", "-1e999", "1e2147483648", "1e11", "1e12", "1e17",
        ] + [String(repeating: "9", count: 3000)]
    /// Texts that only look like a number.
    private static let words = [
        "NaN", "nan", "inf", "-Infinity", "0x7FFFFFFFFFFFFFFF", "+1", "1_000", "٣", "1e", "--1", "",
    ]

    /// Whether the server still answers.
    private static func lives(_ client: TestClient) async throws -> Bool {
        try await client.get("/healthz").status == 200
    }

    @Test("Queries and paths of the debug features refuse them or find no entry", arguments: extremes + words)
    func queries(_ number: String) async throws {
        try await withTestServer { client, _ in
            _ = try await Flow(client).logIn().redeem()
            let text = TestClient.encode(number)
            for target in [
                "/requests?since=\(text)", "/requests?limit=\(text)", "/requests?flow=\(text)",
                "/requests?status=\(text)",
                "/requests/count?since=\(text)", "/requests/await?timeout=\(text)&count=0",
                "/requests/await?count=\(text)&timeout=0", "/requests?format=har&since=\(text)", "/requests/\(text)",
                "/flows/\(text)", "/flows/\(text)?format=markdown", "/report?flow=\(text)", "/report?since=\(text)",
                "/flows?since=\(text)", "/events?since=\(text)x",
            ] {
                let answer = try await client.get("/debug\(target)", [("Accept", "application/json")])
                #expect([200, 400, 404, 504].contains(answer.status), "\(target.prefix(80)): \(answer.status)")
            }
            let answer = try await client.debug("/faults/\(text)", nil, method: "DELETE")
            #expect([200, 204, 404, 405].contains(answer.status), "\(answer.status)")
            #expect(try await Self.lives(client))
        }
    }

    @Test("Documents of the debug features refuse them", arguments: extremes)
    func documents(_ number: String) async throws {
        try await withTestServer { client, _ in
            for (path, document) in [
                ("/clock", #"{"advance":N}"#), ("/clock", #"{"set":N}"#), ("/clock", #"{"set":"N"}"#),
                ("/tokens/issue", #"{"ttl":N}"#), ("/tokens/expire", #"{"all":N}"#), ("/sessions/drop", #"{"all":N}"#),
                ("/faults", #"{"endpoint":"token","times":N,"fault":{"status":500}}"#),
                ("/faults", #"{"endpoint":"token","fault":{"delay_ms":N}}"#),
                ("/faults", #"{"endpoint":"token","fault":{"status":N}}"#), ("/reset", #"{"x":N}"#),
            ] {
                let answer = try await client.send(
                    "POST", "/debug\(path)", [("Content-Type", "application/json")],
                    body: document.replacing("N", with: number))
                #expect([200, 201, 204, 400, 404].contains(answer.status), "\(document) \(answer.status)")
            }
            #expect(try await Self.lives(client))
            _ = try await client.debug("/reset")
            // The limits of the debug clock.
            for advance in [315_360_000, -630_720_000] as [JSONValue] {
                _ = try await client.debug("/clock", ["advance": advance])
                let token = try await client.debug("/tokens/issue", ["ttl": 315_360_000]).json["access_token"]?.string
                let answer = try await client.callEcho("", token: token)
                #expect(answer.status == 200)
            }
            for page in ["/debug/requests", "/debug/flows", "/debug/report", "/metrics"] {
                #expect(try await client.get(page).status == 200)
            }
        }
    }

    @Test("Messages may contain them in place of any number", arguments: extremes)
    func messages(_ number: String) async throws {
        try await withTestServer { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            for (method, params) in [
                ("tools/list", #""cursor":N"#), ("tools/call", #""name":"echo","arguments":{"message":N}"#),
                ("tools/call", #""name":"echo","arguments":N"#), ("server/discover", #""x":N"#),
                ("tools/call", #""name":N"#), ("subscriptions/listen", #""notifications":N"#),
            ] {
                for id in ["1", number] {
                    let (fields, body) = TestClient.modernRequest(method, ["name": "echo"], token: token)
                    let changed = body.replacing(#""name":"echo""#, with: params.replacing("N", with: number))
                        .replacing(#""id":1"#, with: #""id":\#(id)"#)
                        .replacing(#""_meta":{"#, with: #""_meta":{"progressToken":\#(number),"#)
                    let answer = try await client.send("POST", "/mcp", fields, body: changed)
                    #expect([200, 400].contains(answer.status), "\(answer.status) \(answer.body.prefix(200))")
                }
            }
            for message in [
                #"{"jsonrpc":N,"id":N,"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":N,"method":"initialize","params":{"protocolVersion":N}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":N}}"#,
                #"{"jsonrpc":"2.0","id":N,"result":N}"#, #"{"jsonrpc":"2.0","id":N,"error":{"code":N}}"#, "N", "[N,N]",
            ] {
                let body = message.replacing("N", with: number)
                let answer = try await client.send("POST", "/mcp", TestClient.fields(token: token), body: body)
                #expect((200..<500).contains(answer.status), "\(answer.status)")
            }
            for page in [
                "/debug/requests", "/debug/flows", "/debug/flows/1", "/debug/flows/1?format=markdown", "/debug/report",
            ] {
                #expect([200, 404].contains(try await client.get(page).status))
            }
            #expect(try await Self.lives(client))
        }
    }

    @Test("The answer of a fault may contain them, and every page still shows its flow", arguments: extremes)
    func planted(_ number: String) async throws {
        try await withTestServer { client, _ in
            let body = #"{"access_token":"planted-token-1","token_type":"Bearer","expires_in":\#(number)}"#
            let plan: JSONObject = [
                "endpoint": "token",
                "fault": [
                    "status": 200, "headers": ["Content-Type": "application/json", "Retry-After": .string(number)],
                    "body": .string(body),
                ],
            ]
            #expect(try await client.debug("/faults", plan).status == 201)
            let flow = try await Flow(client).logIn()
            _ = try? await flow.redeem()
            _ = try await client.callEcho("", token: "planted-token-1")
            for page in [
                "/debug/flows", "/debug/flows/1", "/debug/flows/1?format=markdown", "/debug/requests",
                "/debug/requests?format=har", "/debug/report", "/metrics",
            ] {
                for accept in ["application/json", "text/html"] {
                    #expect(try await client.get(page, [("Accept", accept)]).status == 200, "\(page)")
                }
            }
        }
    }

    @Test("Header fields may contain them", arguments: extremes + words)
    func heads(_ number: String) async throws {
        guard number.allSatisfy(\.isASCII) else { return }
        try await withTestServer { client, server in
            for (first, fields, rest) in [
                ("POST /token HTTP/1.1", ["Content-Length: N"], ""),
                ("POST /token HTTP/1.1", ["Transfer-Encoding: chunked"], "N\r\n"),
                ("GET /healthz HTTP/1.1", ["Host: localhost:N"], ""),
                ("GET /healthz HTTP/N", [], ""),
                ("GET /healthz HTTP/1.1", ["Range: bytes=N-N", "Keep-Alive: timeout=N", "Accept: text/html;q=N"], ""),
                ("GET /authorize?max_age=N&client_id=N&redirect_uri=http://localhost:N/ HTTP/1.1", [], ""),
                ("GET /healthz HTTP/1.1", ["X-Forwarded-For: N", "X-Forwarded-Port: N"], ""),
                ("GET /mcp HTTP/1.1", ["Last-Event-ID: N", "Mcp-Session-Id: N", "MCP-Protocol-Version: N"], ""),
            ] {
                let host = fields.contains { $0.hasPrefix("Host") } ? [] : ["Host: localhost"]
                let head = ([first] + host + fields + ["Connection: close", "", rest]).joined(separator: "\r\n")
                let connection = try await RawConnection(port: server.port)
                await connection.send(head.replacing("N", with: number))
                connection.endSending()
                _ = await connection.readToEnd()
            }
            #expect(try await Self.lives(client))
        }
    }
}

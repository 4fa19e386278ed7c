import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Refusals by the head come before the body is read")
struct HeadOrderTests {
    /// Sends a head with a Content-Length but no body, and reads the whole answer.
    private static func answer(
        _ client: TestClient, _ start: String, _ fields: [String] = [], host: String? = nil, length: Int = 1_000_000
    ) async throws -> String {
        let connection = try await RawConnection(port: client.port)
        let lines = ["\(start) HTTP/1.1", "Host: \(host ?? client.host)", "Content-Length: \(length)"] + fields
        await connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return await connection.readToEnd()
    }

    private static func token(_ client: TestClient) async throws -> String {
        let issued = try await client.debug("/tokens/issue").json
        return "Authorization: Bearer " + (try #require(issued["access_token"]?.string))
    }

    @Test(
        "At /mcp the token is checked first, then the form of the message, as with a body",
        arguments: [1_000_000, 10])
    func mcp(length: Int) async throws {
        try await withTestServer { client, _ in
            let token = try await Self.token(client)
            let (json, both) = ("Content-Type: application/json", "Accept: application/json, text/event-stream")
            for (method, fields, status, part) in [
                ("POST", [json, both], 401, "WWW-Authenticate: Bearer "),
                ("POST", ["Content-Type: text/plain"], 401, "WWW-Authenticate: Bearer "),
                ("POST", [json, both, "Authorization: Bearer unknown"], 401, #"error="invalid_token""#),
                ("POST", [json, both, "Authorization: Basic eA=="], 401, "WWW-Authenticate: Bearer "),
                ("DELETE", [], 401, "WWW-Authenticate: Bearer "),
                ("POST", [token, "Content-Type: text/plain", both], 415, "unsupported_media_type"),
                ("POST", [token, json, "Accept: application/json"], 406, "not_acceptable"),
                ("PUT", [token, json, both], 405, "Allow: GET, POST, DELETE"),
                ("POST", [token, json, both, "Origin: https://elsewhere.example"], 403, "invalid_origin"),
            ] as [(String, [String], Int, String)] {
                let answer = try await Self.answer(client, "\(method) /mcp", fields, length: length)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(method) \(fields): \(answer)")
                #expect(answer.contains(part), "\(answer)")
            }
        }
    }

    @Test("Elsewhere the host, the path, the method and debug access are checked before the body")
    func elsewhere() async throws {
        try await withTestServer { client, _ in
            for (start, fields, host, status) in [
                ("POST /token", [], "elsewhere.example", 403), ("POST /nowhere", [], nil, 404),
                ("GET /token", [], nil, 405),
                ("POST /healthz", [], nil, 405),
                ("POST /debug/faults", ["Origin: https://elsewhere.example"], nil, 403),
                ("POST /debug/faults", ["X-Forwarded-For: 192.0.2.1"], nil, 403),
            ] as [(String, [String], String?, Int)] {
                let answer = try await Self.answer(client, start, fields, host: host)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(start): \(answer)")
            }
        }
    }

    @Test(
        "Paths for small forms accept no large body, and those for documents accept a mebibyte",
        .proves(.oversizedRequestIsRefused))
    func limits() async throws {
        try await withTestServer { client, _ in
            for path in ["token", "login", "authorize", "revoke", "introspect", "register"] {
                let answer = try await Self.answer(client, "POST /\(path)", length: 65_537)
                #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(path)")
            }
            let form = [("Content-Type", "application/x-www-form-urlencoded")]
            let filled = try await client.send(
                "POST", "/token", form, body: "grant_type=x&" + String(repeating: "y", count: 65_536 - 13))
            #expect(filled.status == 401)
            let overfull = try await client.send("POST", "/token", form, body: String(repeating: "y", count: 65_537))
            #expect(overfull.status == 413)
            let large = JSONValue.string(String(repeating: "y", count: 1 << 20))
            #expect(try await client.debug("/faults", ["x": large]).status == 413)
            let fitting = JSONValue.string(String(repeating: "y", count: (1 << 20) - 8))
            #expect(try await client.debug("/faults", ["x": fitting]).status == 400)
        }
    }

    @Test("A request refused by its head is in the journal like any other")
    func journal() async throws {
        try await withTestServer { client, _ in
            _ = try await Self.answer(client, "POST /mcp", ["Content-Type: application/json"])
            let entries = try await client.get("/debug/requests").json["requests"]?.array
            let entry = try #require(entries?.compactMap(\.object).first { $0["path"] == "/mcp" })
            #expect(entry["method"] == "POST")
            #expect((entry["response"]?.object?["status"] ?? entry["status"]) == 401)
            #expect(try await client.get("/metrics").body.contains("mcp"))
        }
    }

    @Test("While a fault may match the body is read, because the fault may depend on it")
    func faults() async throws {
        try await withTestServer { client, _ in
            try await client.queueFault([
                "endpoint": "mcp", "match": ["jsonrpc_method": "tools/call"],
                "fault": ["status": 503, "body": "planted"],
            ])
            let filling = String(repeating: " ", count: 20_000)
            let answer = try await client.send(
                "POST", "/mcp", [("Content-Type", "application/json")], body: #"{"method":"tools/call"\#(filling)}"#)
            #expect(answer.status == 503 && answer.body == "planted")
            #expect(try await Self.answer(client, "POST /mcp").hasPrefix("HTTP/1.1 401 "))
        }
    }
}

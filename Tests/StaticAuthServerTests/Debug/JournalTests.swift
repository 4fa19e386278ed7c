import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("The journal")
struct JournalTests {
    @Test("Each entry has the request and the answer")
    func entry() async throws {
        let clock = FixedClock()
        try await withTestServer(now: clock.now) { client, _ in
            let flow = try await Flow(client, ["resource": client.origin + "/mcp"]).logIn()
            _ = try await flow.redeem(["redirect_uri": "http://localhost:3031/callback"])
            let entry = try #require(try await client.requests("?endpoint=token").first)
            #expect(entry["id"]?.number?.intValue == 2)
            #expect(entry["time"]?.string == "2027-01-15T08:00:00.000Z")
            #expect(entry["flow"]?.number?.intValue == 1)
            #expect(entry["method"]?.string == "POST")
            #expect(entry["path"]?.string == "/token")
            #expect(entry["status"]?.number?.intValue == 200)
            #expect(entry["duration_ms"]?.number != nil)
            let form = entry["request"]?.object?["body"]?.object?["form"]
            #expect(form?.value("grant_type") == "authorization_code")
            #expect(form?.value("client_id") == "static-mcp-client-001")
            #expect(form?.value("redirect_uri") == "http://localhost:3031/callback")
            #expect(form?.value("code") == "[43 characters, sha256 \(Digest(of: flow.code).fingerprint)]")
            #expect(entry["request"]?.object?["headers"]?.value("Host") == client.host)
            let answer = entry["response"]?.object?["body"]?.object?["text"]?.string ?? ""
            #expect(answer.contains(#""token_type":"Bearer""#))
        }
    }

    @Test("It contains no secret, wherever a client puts one")
    func secrets() async throws {
        let token = Secret("0123456789abcdef-debug")
        try await withTestServer({ $0.debugToken = token }) { client, _ in
            let secret = "your-secret-key-change-this-in-production"
            var hidden = [secret, "demo_password", Flow.verifier, token.reveal()]
            let flow = try await Flow(client).logIn()
            let tokens = try await flow.redeem()
            let session = try await client.openSession(token: tokens.accessToken)
            hidden += [flow.code, tokens.accessToken, try #require(tokens.refreshToken), session]
            let credentials = Base64.standard.encode(Array("static-mcp-client-001:\(secret)".utf8))
            hidden.append(credentials)
            let basic = ("Authorization", "Basic \(credentials)")
            for value in hidden {
                _ = try await client.get("/mcp?access_token=\(value)")
                _ = try await client.get("/\(value)")
                _ = try await client.get(
                    "/authorize?client_id=\(value)&\(value)=1&redirect_uri=http://x/?code=\(value)")
                _ = try await client.get(
                    "/callback?code=\(value)&state=\(value)", [("Referer", "http://x/?a=\(value)")])
                _ = try await client.get("/", [("Cookie", value), ("X-Api-Key", value), ("User-Agent", "a/\(value)")])
                _ = try await client.get("/mcp", [("Authorization", "Bearer \(value)"), ("Mcp-Session-Id", value)])
                _ = try await client.get("/mcp", [("Authorization", value), ("Proxy-Authorization", value)])
                _ = try await client.post("/token", form: [("client_secret", value), ("unheard-of", value)], [basic])
                _ = try await client.post("/introspect", form: [("token", value)], [basic])
                _ = try await client.send(
                    "POST", "/token", [("Content-Type", "application/json")], body: "{\"x\":[\"\(value)\"]}")
                _ = try await client.send("POST", "/register", [], body: value)
                _ = try await client.callEcho("a \(value) in an argument", token: tokens.accessToken)
            }
            let bearer = ("Authorization", "Bearer \(token.reveal())")
            for path in ["requests", "requests?format=har", "requests?format=ndjson", "flows", "flows/1"] {
                let answer = try await client.get("/debug/\(path)", [bearer])
                #expect(answer.status == 200)
                for value in hidden { #expect(!answer.body.contains(value), "\(path) shows \(value)") }
            }
        }
    }

    @Test("Messages to the MCP server are shown unchanged, except for what looks like a secret")
    func messages() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let long = String(repeating: "a", count: 43)
            _ = try await client.callEcho("short-\(long.prefix(20)) and \(long)", token: token)
            let entry = try #require(try await client.requests("?endpoint=mcp").first)
            let body = entry["request"]?.object?["body"]?.object?["text"]?.string ?? ""
            #expect(body.contains("short-aaaaaaaaaaaaaaaaaaaa and [43 characters, sha256 "))
            #expect(body.contains(#""method":"tools/call""#))
            let fields = entry["request"]?.object?["headers"]
            #expect(fields?.value("Authorization") == "Bearer [43 characters, sha256 \(Digest(of: token).fingerprint)]")
            #expect(fields?.value("Mcp-Method") == "tools/call")
        }
    }

    @Test("A long body is cut, without cutting a secret into an unrecognizable piece")
    func long() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let padding = String(repeating: "x ", count: 1950)
            _ = try await client.callEcho(padding + String(repeating: "b", count: 300), token: token)
            let entry = try #require(try await client.requests("?endpoint=mcp").first)
            let body = try #require(entry["request"]?.object?["body"]?.object)
            #expect(body["cut"]?.bool == true)
            #expect(body["text"]?.string?.contains("bbbb") == false)
        }
    }

    @Test(
        "Filters select by endpoint, status, flow and time",
        arguments: [
            ("", 5), ("?endpoint=mcp", 2), ("?endpoint=mcp,token", 3), ("?status=401", 1), ("?status=2xx", 3),
            ("?status=4xx,2xx", 5), ("?flow=1", 4), ("?since=3", 2), ("?limit=1", 1), ("?endpoint=mcp&status=200", 1),
            ("?since=2000-01-01T00:00:00Z", 5), ("?since=2100-01-01T00:00:00Z", 0), ("?flow=99", 0),
        ])
    func filters(query: String, count: Int) async throws {
        try await withTestServer { client, _ in
            _ = try await client.callEcho("hi", token: nil)
            _ = try await client.get("/.well-known/oauth-protected-resource/mcp")
            let token = try await client.clientCredentialsToken()
            _ = try await client.callEcho("hi", token: token)
            _ = try await client.get("/nothing-here", [("Accept", "text/html")])
            #expect(try await client.requests(query).count == count)
            let counted = try await client.get("/debug/requests/count\(query)")
            #expect(counted.json["count"]?.number?.intValue == count)
        }
    }

    @Test(
        "An invalid filter is explained",
        arguments: [
            ("endpoint=tokens", "endpoint is one of token, authorize"), ("status=6xx", "a class such as 4xx"),
            ("flow=x", "flow is a number"), ("since=yesterday", "2026-07-28T12:00:00Z"), ("limit=0", "from 1 to 1000"),
            ("format=xml", "format is one of json, ndjson, har"), ("colour=red", "There are: endpoint, status"),
            ("flow=1&flow=2", "more than once"),
        ])
    func badFilters(query: String, explanation: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/debug/requests?\(query)")
            #expect(answer.status == 400)
            #expect(answer.json["error_description"]?.string?.contains(explanation) == true)
        }
    }

    @Test("Waiting ends with the awaited request")
    func await_() async throws {
        try await withTestServer { client, _ in
            async let waiting = client.get("/debug/requests/await?endpoint=token&count=2&timeout=60")
            for _ in 0..<2 { _ = try await client.clientCredentialsToken() }
            let answer = try await waiting
            #expect(answer.status == 200)
            #expect(answer.json["requests"]?.array?.count == 2)
        }
    }

    @Test("Waiting that times out ends with 504 and the entries so far")
    func awaitInVain() async throws {
        try await withTestServer { client, _ in
            _ = try await client.clientCredentialsToken()
            let answer = try await client.get("/debug/requests/await?endpoint=token&count=2&timeout=0")
            #expect(answer.status == 504)
            #expect(answer.json["error_description"]?.string == "1 of 2 requests came within 0 s.")
            #expect(answer.json["requests"]?.array?.count == 1)
        }
    }

    @Test("A stop of the server ends the waiting")
    func stopWhileWaiting() async throws {
        try await withTestServer { client, server in
            async let waiting = client.get("/debug/requests/await?timeout=60")
            #expect(await eventually { server.debugListeners == 1 })
            await server.stop()
            let answer = try await waiting
            #expect(answer.status == 504)
        }
    }

    @Test("Entries beyond the capacity displace the oldest")
    func bounds() async throws {
        try await withTestServer { client, _ in
            let connection = try await RawConnection(port: client.port)
            let request = "GET /healthz HTTP/1.1\r\nHost: \(client.host)\r\n\r\n"
            await connection.send(String(repeating: request, count: 1004))
            await connection.send("GET /healthz HTTP/1.1\r\nHost: \(client.host)\r\nConnection: close\r\n\r\n")
            _ = await connection.readToEnd()
            let ids = try await client.requests("").compactMap { $0["id"]?.number?.intValue }
            #expect(ids.count == 1000)
            #expect(ids.first == 6)
            #expect(ids.last == 1005)
        }
    }

    @Test("Large requests displace the oldest before the capacity is reached")
    func bytes() async throws {
        try await withTestServer { client, _ in
            let fields = (0..<6).map { ("X-\($0)", String(repeating: "y", count: 10_000)) }
            for _ in 0..<100 { _ = try await client.get("/healthz", fields) }
            let count = try await client.requests("").count
            #expect((60..<80).contains(count))
        }
    }

    @Test("Deleting removes the entries, and numbering continues")
    func delete() async throws {
        try await withTestServer { client, _ in
            for _ in 0..<3 { _ = try await client.get("/healthz") }
            let deleted = try await client.send("DELETE", "/debug/requests")
            #expect(deleted.json["deleted"]?.number?.intValue == 3)
            #expect(try await client.requests("").isEmpty)
            _ = try await client.get("/healthz")
            #expect(try await client.requests("").first?["id"]?.number?.intValue == 4)
        }
    }

    @Test("One entry is JSON for a program and a page for a browser")
    func oneEntry() async throws {
        try await withTestServer { client, _ in
            _ = try await client.get("/authorize?client_id=<b>nobody</b>")
            let json = try await client.get("/debug/requests/1")
            #expect(json.json["path"]?.string == "/authorize")
            let page = try await client.get("/debug/requests/1", [("Accept", "text/html,*/*;q=0.8")])
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page.body.contains("&lt;b&gt;nobody&lt;/b&gt;"))
            #expect(!page.body.contains("<b>nobody"))
            #expect(try await client.get("/debug/requests/2").status == 404)
            #expect(try await client.get("/debug/requests/one").status == 404)
        }
    }

    @Test("Entries are exported as lines of JSON and as an HTTP Archive")
    func exports() async throws {
        try await withTestServer { client, _ in
            _ = try await Flow(client).logIn().redeem()
            let lines = try await client.get("/debug/requests?format=ndjson")
            #expect(lines["Content-Type"] == "application/x-ndjson")
            #expect(lines.body.split(separator: "\n").count == 2)
            let archive = try await client.get("/debug/requests?format=har").json["log"]?.object
            #expect(archive?["version"]?.string == "1.2")
            let entries = archive?["entries"]?.array ?? []
            #expect(entries.count == 2)
            let login = entries.first?.object?["request"]?.object
            #expect(login?["url"]?.string?.hasPrefix("\(client.origin)/login?response_type=code&client_id=") == true)
            #expect(
                login?["queryString"]?.value("code_challenge")
                    == "[43 characters, sha256 \(Digest(of: Flow.challenge).fingerprint)]")
            let token = entries.last?.object
            #expect(
                token?["request"]?.object?["postData"]?.object?["params"]?.value("grant_type") == "authorization_code")
            #expect(token?["response"]?.object?["content"]?.object?["mimeType"]?.string == "application/json")
        }
    }

    @Test("Requests for the debug features are not in it")
    func debugItself() async throws {
        try await withTestServer { client, _ in
            _ = try await client.get("/debug/requests")
            _ = try await client.get("/debug/flows")
            #expect(try await client.requests("").isEmpty)
        }
    }
}

extension TestClient {
    /// The entries of the journal.
    func requests(_ query: String) async throws -> [JSONObject] {
        try await get("/debug/requests\(query)").json["requests"]?.array?.compactMap(\.object) ?? []
    }

    /// A token without a login.
    func clientCredentialsToken() async throws -> String {
        try await Flow(self).token(["grant_type": "client_credentials"]).accessToken
    }
}

extension JSONValue {
    /// The value of a pair in a list of names and values.
    func value(_ name: String) -> String? {
        array?.first { $0.object?["name"]?.string?.lowercased() == name.lowercased() }?.object?["value"]?.string
    }
}

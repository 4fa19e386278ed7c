import HTTPEdge
import Primitives
@testable import MCPCore
import OAuth
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Calls without a session")
struct ModernCallTests {
    private static let listed = "tools/list"

    /// Serves a method as given and the rest correctly.
    private static func serving(
        _ method: String, _ answer: @escaping @Sendable (ScriptedServer.Asked) async throws -> HTTPResponse
    ) -> ScriptedServer.Script {
        { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            return asked.method == method ? try await answer(asked) : ScriptedServer.mcp(asked)
        }
    }

    private static func tools(_ tools: [JSONObject], to asked: ScriptedServer.Asked) -> HTTPResponse {
        .result(["resultType": "complete", "tools": .array(tools.map { .object($0) })], to: asked)
    }

    @Test(
        "Headers match the envelope, and ids are never repeated",
        .proves(.modernRequestIsComplete, .idsAreUnique))
    func shape() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                _ = try await connection.call("echo", ["message": "m"])
                _ = try await connection.call("echo")
                let asked = server.requests(to: "/mcp").filter { $0.token != nil }
                for one in asked {
                    let fields = one.request.fields
                    let meta = one.message["params"]?.object?["_meta"]?.object
                    #expect(one.request.method == .post)
                    #expect(fields["content-type"] == ["application/json"])
                    #expect(fields["accept"] == ["application/json, text/event-stream"])
                    #expect(fields["mcp-protocol-version"] == ["2026-07-28"])
                    #expect(meta?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
                    #expect(meta?["io.modelcontextprotocol/clientCapabilities"] == [:])
                    #expect(meta?["io.modelcontextprotocol/clientInfo"]?.object?["name"] == "static-auth-client")
                    #expect(fields["mcp-method"] == [one.method])
                    #expect(fields["mcp-name"] == (one.method == "tools/call" ? ["echo"] : []))
                    #expect(fields["mcp-session-id"] == [])
                    #expect(fields["authorization"].count == 1)
                }
                let ids = asked.compactMap { $0.message["id"]?.number?.intValue }
                #expect(ids.count == asked.count && Set(ids).count == ids.count)
            }
        }
    }

    @Test(
        "Names that no header can carry are encoded", .proves(.namesAreEncoded),
        arguments: [
            ("echo", "echo"), (" padded ", "=?base64?IHBhZGRlZCA=?="), ("é", "=?base64?w6k=?="),
            ("a\tb", "=?base64?YQli?="),
            ("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="), ("=?base64?", "=?base64?"), ("", ""),
        ])
    func encoding(_ name: String, _ value: String) throws {
        #expect(HeaderValue.encode(name) == value)
        #expect(try HeaderValue.decode(value, of: "Mcp-Name") == name)
    }

    @Test(
        "Arguments are sent in the headers that the schema demands, and unusable tools are left out",
        .proves(.argumentsAreMirrored))
    func headers() async throws {
        let good: JSONObject = [
            "name": "good",
            "inputSchema": [
                "type": "object",
                "properties": [
                    "region": ["type": "string", "x-mcp-header": "Region"],
                    "count": ["type": "integer", "x-mcp-header": "Count"],
                    "deep": ["type": "object", "properties": ["flag": ["type": "boolean", "x-mcp-header": "Flag"]]],
                    "other": ["type": "string", "x-mcp-header": "Other"],
                ],
            ],
        ]
        func bad(_ annotation: JSONValue, type: String = "string") -> JSONObject {
            [
                "name": "bad",
                "inputSchema": [
                    "type": "object", "properties": ["x": ["type": .string(type), "x-mcp-header": annotation]],
                ],
            ]
        }
        let all = [good, bad(""), bad("no token"), bad(5), bad("X", type: "number"), bad("X", type: "object")]
        try await ScriptedServer.run(["/mcp": Self.serving(Self.listed) { Self.tools(all, to: $0) }]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let (tools, warnings) = try await connection.tools()
                #expect(tools.map(\.name) == ["good"])
                #expect(warnings.count == 5)
                _ = try await connection.call(
                    "good", ["region": "süd", "count": 5, "deep": ["flag": true], "other": nil])
                let fields = try #require(server.requests(to: "/mcp").last).request.fields
                #expect(fields["mcp-param-region"] == ["=?base64?c8O8ZA==?="])
                #expect(fields["mcp-param-count"] == ["5"])
                #expect(fields["mcp-param-flag"] == ["true"])
                #expect(fields["mcp-param-other"] == [])
            }
        }
    }

    @Test(
        "After a header mismatch the list is fetched again and the call repeated once",
        .proves(.argumentsAreMirrored, .idsAreUnique))
    func mismatch() async throws {
        let script = Self.serving("tools/call") { asked in
            asked.request.fields.first("mcp-param-new") == nil
                ? .error(-32020, "Mcp-Param-New is missing", to: asked, status: .badRequest)
                : .result(["resultType": "complete", "content": []], to: asked)
        }
        let schema: JSONObject = ["type": "object", "properties": ["a": ["type": "string", "x-mcp-header": "New"]]]
        try await ScriptedServer.run { server in
            server.serve("/mcp") { asked in
                guard asked.method == Self.listed, asked.token != nil else { return try await script(asked) }
                let isSecond = server.methods.count { $0 == Self.listed } > 1
                return Self.tools(
                    [["name": "t", "inputSchema": isSecond ? .object(schema) : ["type": "object"]]], to: asked)
            }
            try await Bench.run { bench in
                _ = try await bench.connection(server.mcpURL).call("t", ["a": "x"])
                #expect(server.methods.suffix(4) == [Self.listed, "tools/call", Self.listed, "tools/call"])
            }
        }
    }

    @Test(
        "Incomplete results are continued with their state, or refused", .proves(.unknownResultTypeIsRefused)
    )
    func resultTypes() async throws {
        let types = Mutex<[JSONObject]>([])
        let script = Self.serving("tools/call") { asked in
            .result(types.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }, to: asked)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                func call(_ results: [JSONObject]) async throws -> ToolAnswer {
                    types.withLock { $0 = results }
                    return try await connection.call("echo")
                }
                #expect(try await call([["content": []]]).text == "")
                _ = try await call([["resultType": "input_required", "requestState": "s 1"], ["content": []]])
                let last = try #require(server.requests(to: "/mcp").last).message
                #expect(last["params"]?.object?["requestState"] == "s 1")
                for bad in [
                    ["resultType": "input_required", "inputRequests": ["a": ["method": "elicitation/create"]]],
                    ["resultType": "input_required"], ["resultType": "later"], ["resultType": 5],
                    ["resultType": "input_required", "requestState": "again and again"],
                ] as [JSONObject] {
                    #expect(await failure { _ = try await call([bad]) }?.kind == .protocolViolation)
                }
            }
        }
    }

    @Test("A JSON-RPC error is recognized with any status", arguments: [200, 400, 404, 500])
    func errors(_ status: Int) async throws {
        let script = Self.serving("tools/call") {
            .error(-32601, "Method\u{1B}[31m not found", data: ["why": "x"], to: $0, status: HTTPStatus(status))
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                _ = try await connection.tools()
                let error = await #expect(throws: RemoteError.self) { try await connection.call("echo") }
                #expect(error?.code == -32601)
                #expect(error?.status == status)
                #expect(error?.message.contains("\u{1B}") == false)
                #expect(error?.data?.object?["why"] == "x")
            }
        }
    }

    @Test(
        "Results are cached for their time to live, and dropped when the list changes", .proves(.resultsAreCached)
    )
    func caching() {
        var cache = ResultCache()
        func kept(_ owner: String?, at time: Int, _ params: JSONObject = [:]) -> Bool {
            cache.result(of: Self.listed, params, owner: owner, now: .seconds(time)) != nil
        }
        cache.keep(["ttlMs": 5000, "cacheScope": "public"], of: Self.listed, [:], owner: "a", now: .zero)
        #expect(kept("a", at: 4) && kept("b", at: 4) && kept(nil, at: 4))
        #expect(!kept("a", at: 5) && !kept("a", at: 4, ["cursor": ""]))
        cache.keep(["ttlMs": 5000, "cacheScope": "private"], of: Self.listed, [:], owner: "a", now: .zero)
        #expect(kept("a", at: 4) && !kept("b", at: 4) && !kept(nil, at: 4))
        cache.forget(Self.listed)
        #expect(!kept("a", at: 4))
        for ttl in [0, -1, nil] as [JSONValue?] {
            var result: JSONObject = ["cacheScope": "public"]
            result["ttlMs"] = ttl
            cache.keep(result, of: Self.listed, [:], owner: "a", now: .zero)
            #expect(!kept("a", at: 0))
        }
    }

    @Test("A cached list is not fetched again", .proves(.resultsAreCached))
    func cachedList() async throws {
        let script = Self.serving(Self.listed) {
            .result(
                ["tools": [["name": "echo", "inputSchema": [:]]], "ttlMs": 60000, "cacheScope": "private"], to: $0)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                for _ in 0..<3 { _ = try await connection.tools() }
                #expect(server.methods.count { $0 == Self.listed } == 1)
                await connection.received(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"])
                _ = try await connection.tools()
                #expect(server.methods.count { $0 == Self.listed } == 2)
            }
        }
    }

    @Test("All pages are fetched, an empty cursor is valid, and cycles end", .proves(.allPagesAreFetched))
    func pages() async throws {
        let script = Self.serving(Self.listed) { asked in
            let cursor = asked.message["params"]?.object?["cursor"]?.string
            let next: JSONValue? = cursor == nil ? "" : cursor == "" ? "c" : nil
            var result: JSONObject = ["tools": [["name": .string("t-\(cursor ?? "first")"), "inputSchema": [:]]]]
            result["nextCursor"] = next
            return .result(result, to: asked)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.tools().tools.map(\.name) == ["t-first", "t-", "t-c"])
                server.serve(
                    "/mcp", Self.serving(Self.listed) { .result(["tools": [], "nextCursor": "same"], to: $0) })
                let list = try await connection.tools()
                #expect(list.tools.isEmpty)
                #expect(list.warnings.map { $0.hasSuffix("nextCursor is the same again.") } == [true])
            }
        }
    }

    @Test(
        "An endless list is cut off, whether its pages are empty or large",
        .proves(.allPagesAreFetched),
        arguments: [0, 2000])
    func endlessPages(_ size: Int) async throws {
        let tools = (0..<size).map { JSONValue.object(["name": .string("t\($0)"), "inputSchema": [:]]) }
        let script = Self.serving(Self.listed) { asked in
            .result(["tools": .array(tools), "nextCursor": .string("c-\(asked.count)")], to: asked)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let list = try await connection.tools()
                #expect(list.tools.count == min(size * 5, 10_000))
                let limit = size == 0 ? "1000 pages" : "10000 tools"
                #expect(
                    list.warnings == ["The server's list of tools was not read further: it has more than \(limit)."])
                #expect(server.methods.count { $0 == Self.listed } == (size == 0 ? 1000 : 6))
            }
        }
    }

    @Test("No behaviour depends on the server's name", .proves(.serverInfoIsInformative))
    func serverInfo() async throws {
        var seen: [[String]] = []
        for name in ["static-auth-server", "2024-11-05", nil] as [String?] {
            let script = Self.serving("server/discover") { asked in
                var result: JSONObject = [
                    "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                ]
                result["_meta"] = name.map {
                    ["io.modelcontextprotocol/serverInfo": ["name": .string($0), "version": "0"]]
                }
                return .result(result, to: asked)
            }
            try await ScriptedServer.run(["/mcp": script]) { server in
                try await Bench.run { bench in
                    let connection = try bench.connection(server.mcpURL)
                    #expect(try await connection.serverInfo().implementation?["name"]?.string == name)
                    _ = try await connection.call("echo")
                    seen.append(
                        server.requests.filter { $0.path == "/mcp" }.map { request in
                            let fields = ["mcp-method", "mcp-name", "mcp-protocol-version"].map {
                                request.fields.first($0)
                            }
                            return "\(fields) \(String(decoding: request.body, as: UTF8.self))"
                        })
                }
            }
        }
        #expect(seen[0] == seen[1] && seen[1] == seen[2])
    }

    @Test("A subscription without notifications is a failure", .proves(.subscriptionsResume))
    func nothingAcknowledged() async throws {
        let script = Self.serving("subscriptions/listen") { _ in
            let method = "notifications/subscriptions/acknowledged"
            return .events([
                "data: {\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"params\":{\"notifications\":{}}}\n\n"
            ])
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let error = await failure { try await connection.listen { _ in } }
                #expect(error?.code == MCPConnection.tellsNothingCode)
            }
        }
    }

    @Test("A cancelled call, or one that times out, closes the connection", .proves(.waitsEnd))
    func givingUp() async throws {
        let gone = Mutex(0)
        let began = Mutex(0)
        let script = Self.serving("tools/call") { _ in
            HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "text/event-stream")]),
                body: .events(
                    EventStream { writer in
                        began.withLock { $0 += 1 }
                        defer { gone.withLock { $0 += 1 } }
                        while true {
                            // A comment is not a sign of life of the call.
                            try await writer.send(Array(": still here\n\n".utf8))
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    }))
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run({ $0.timeout = .seconds(2) }) { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(await failure { _ = try await connection.call("echo") }?.code == "timeout")
                #expect(await eventually { gone.withLock { $0 } == 1 })
                let task = Task { try await connection.call("echo") }
                #expect(await eventually { began.withLock { $0 } == 2 })
                task.cancel()
                await #expect(throws: CancellationError.self) { _ = try await task.value }
                #expect(await eventually { gone.withLock { $0 } == 2 })
                #expect(!server.methods.contains("notifications/cancelled"))
            }
        }
    }

    @Test(
        "A malformed, a foreign and a huge answer fail the request", .proves(.answersAreReadInPieces, .waitsEnd)
    )
    func brokenAnswers() async throws {
        let answer = Mutex(HTTPResponse(.ok))
        let script = Self.serving("tools/call") { _ in answer.withLock { $0 } }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run({ $0.bodyBytes = 20_000 }) { bench in
                let connection = try bench.connection(server.mcpURL)
                for bad in [
                    HTTPResponse.events(["data: {\"jsonrpc\":\"2.0\",\"id\":99999,\"result\":{}}\n\n"]),
                    .events([": only\n\n"]),
                    .events(["data: {\"jsonrpc\"\n\n"]), .events(["data: [1]\n\n"]), .json(["jsonrpc": "2.0"]),
                    .html("<h1>hello</h1>"), HTTPResponse(.ok), HTTPResponse(.accepted),
                    .json(["jsonrpc": "2.0", "id": 1, "padding": .string(String(repeating: "x", count: 30_000))]),
                    .events(["data: " + String(repeating: "x", count: 30_000)]),
                ] {
                    answer.withLock { $0 = bad }
                    #expect(await failure { _ = try await connection.call("echo") } != nil)
                }
            }
        }
    }

    @Test(
        "An event stream with comments and progress is read to the answer", .proves(.answersAreReadInPieces)
    )
    func stream() async throws {
        let heard = Mutex<[String]>([])
        let script = Self.serving("tools/call") { asked in
            let id = asked.message["id"]?.number?.text ?? ""
            return .events([
                ": hello\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progress\":1}}\r\n\r\n",
                "event: message\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"id\":\(id),\"result\":{\"content\":[{\"type\":\"te",
                "xt\",\"text\":\"é\"}]}}\n\n", "data: not read any more\n\n",
            ])
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                await connection.onNotification { message in
                    heard.withLock { $0.append(message["method"]?.string ?? "") }
                }
                #expect(try await connection.call("echo").text == "é")
                #expect(heard.withLock { $0 } == ["notifications/progress"])
            }
        }
    }

    @Test(
        "A structured result is checked against the schema, and references are not fetched",
        .proves(.structuredResultsAreChecked))
    func schema() async throws {
        try await ScriptedServer.run { server in
            func serve(_ schema: JSONObject) {
                server.serve("/mcp") { asked in
                    guard asked.token != nil else { return HTTPResponse(.unauthorized) }
                    return switch asked.method {
                    case Self.listed:
                        Self.tools(
                            [["name": "t", "inputSchema": ["type": "object"], "outputSchema": .object(schema)]],
                            to: asked)
                    case "tools/call": .result(["content": [], "structuredContent": ["n": "text"]], to: asked)
                    default: ScriptedServer.mcp(asked)
                    }
                }
            }
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                serve(["type": "object", "properties": ["n": ["type": "integer"]]])
                #expect(try await connection.call("t").warnings.count == 1)
                serve(["type": "object", "properties": ["n": ["type": "string"]]])
                #expect(try await connection.call("t").warnings == [])
                serve(["$ref": .string("\(server.origin)/schema.json")])
                #expect(try await connection.call("t").warnings == [])
                #expect(!server.paths.contains("/schema.json"))
            }
        }
    }

    @Test(
        "A broken subscription is reopened as a new request, and ends with a result",
        .proves(.idsAreUnique, .subscriptionsResume))
    func listening() async throws {
        let attempts = Mutex(0)
        let script = Self.serving("subscriptions/listen") { asked in
            let id = asked.message["id"]?.number?.text ?? ""
            let count = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            let granted = #"{"notifications":{"toolsListChanged":true}}"#
            let method = "notifications/subscriptions/acknowledged"
            let acknowledged = "data: {\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"params\":\(granted)}\n\n"
            let changed = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"
            let odd = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}\n\n"
            return .events(
                [acknowledged, ": still here\n\n", changed]
                    + (count == 1 ? [] : [odd, "data: {\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}\n\n"]))
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let heard = Mutex<[String]>([])
                try await connection.listen { message in heard.withLock { $0.append(message["method"]?.string ?? "") } }
                #expect(attempts.withLock { $0 } == 2)
                #expect(heard.withLock { $0.count { $0 == "notifications/tools/list_changed" } } == 2)
                let ids = server.requests(to: "/mcp").filter { $0.method == "subscriptions/listen" }.map {
                    $0.message["id"]
                }
                #expect(ids.count == 2 && ids[0] != ids[1])
            }
        }
    }
}

import HTTPEdge
import Primitives
@testable import MCPCore
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("The list of tools")
struct ToolListTests {
    private static func page(_ tools: [JSONValue], next: JSONValue? = nil) -> JSONObject {
        var page: JSONObject = ["tools": .array(tools)]
        page["nextCursor"] = next
        return page
    }

    private static func tool(_ name: String, description: String = "") -> JSONValue {
        ["name": .string(name), "description": .string(description), "inputSchema": ["type": "object"]]
    }

    /// The list from pages with such cursors; each page has one tool.
    private static func take(_ cursors: [JSONValue?]) -> (list: ToolList, followed: Int) {
        var list = ToolList()
        for (number, cursor) in cursors.enumerated() {
            let next = list.take(page([tool("t\(number)")], next: cursor), choosesByHeaders: true)
            if next == nil { return (list, number) }
        }
        return (list, cursors.count)
    }

    @Test(
        "Invalid cursors end the list, and listed tools count", .proves(.allPagesAreFetched),
        arguments: [
            ([nil], 0, nil), ([.null], 0, nil), (["", nil], 1, nil), (["a", "", "b", nil], 3, nil),
            (["a", "a"], 1, "nextCursor is the same again"), (["", ""], 1, "nextCursor is the same again"),
            (["a", "b", "a"], 2, "its pages go round in circles"), ([5], 0, "nextCursor is no text"),
            ([["a": 1]], 0, "nextCursor is no text"), ([false], 0, "nextCursor is no text"),
            ([.string(String(repeating: "c", count: 16_385))], 0, "nextCursor is longer than 16384 bytes"),
            ([.string(String(repeating: "c", count: 16_384)), nil], 1, nil),
        ] as [([JSONValue?], Int, String?)])
    func cursors(_ cursors: [JSONValue?], followed: Int, oddity: String?) {
        let taken = Self.take(cursors)
        #expect(taken.followed == followed)
        #expect(taken.list.tools.count == followed + 1)
        #expect(
            taken.list.warnings == (oddity.map { ["The server's list of tools was not read further: \($0)."] } ?? []))
    }

    @Test("Kept tools have a size limit for all pages, and are copies without the text around them")
    func kept() throws {
        var list = ToolList()
        let filling = String(repeating: "f", count: 4 << 20)
        let filled: JSONObject = ["filling": .string(filling), "tools": [Self.tool("a")], "nextCursor": "n"]
        let text = JSONWriter.bytes(of: filled)
        let page = try #require(JSONParser.parse(text).object)
        _ = list.take(page, choosesByHeaders: true)
        let kept = try #require(list.tools.first?.definition)
        #expect(kept == Self.tool("a").object)
        #expect(kept.textSize < 1000)

        var large = ToolList()
        var pages = 0
        while pages < 100 {
            pages += 1
            let tool = Self.tool("t", description: filling)
            if large.take(
                Self.page([tool], next: JSONValue(pages).number.map { .string($0.text) }), choosesByHeaders: true)
                == nil
            {
                break
            }
        }
        #expect(pages == 4 && large.tools.count == 3)
        #expect(
            large.warnings == [
                "The server's list of tools was not read further: it takes more than 16777216 bytes."
            ])
    }

    @Test("All pages together have a size limit, even when nothing is kept")
    func read() {
        var list = ToolList()
        let filling = JSONValue.string(String(repeating: "f", count: 8 << 20))
        var pages = 0
        while pages < 100 {
            pages += 1
            let page: JSONObject = ["filling": filling, "tools": [], "nextCursor": .string("\(pages)")]
            if list.take(page, choosesByHeaders: true) == nil { break }
        }
        #expect(pages == 8)
        #expect(list.warnings.first?.hasSuffix("its pages have more than 67108864 bytes.") == true)
    }

    @Test("Entries that are not tools are left out and named, in legible text")
    func unusable() {
        var list = ToolList()
        let odd = ScriptedServer.tool("x\u{202E}\n\u{1B}[2J", ["a": ["type": "array", "x-mcp-header": "A"]])
        _ = list.take(Self.page([5, [:], ["name": 7], .object(odd), Self.tool("t")]), choosesByHeaders: true)
        #expect(list.tools.map(\.name) == ["t"])
        #expect(list.warnings.count == 4)
        #expect(list.warnings.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" } })
    }

    @Test("A refused page ends the list; a refused first page fails it")
    func refusedPage() async throws {
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            guard asked.method == "tools/list" else { return ScriptedServer.mcp(asked) }
            return asked.message["params"]?.object?["cursor"] == nil
                ? .result(["tools": [Self.tool("echo")], "nextCursor": "gone"], to: asked)
                : .error(-32602, "Invalid cursor", to: asked, status: .badRequest)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let list = try await connection.tools()
                #expect(list.tools.map(\.name) == ["echo"])
                #expect(list.warnings.count == 1 && list.warnings[0].contains("Invalid cursor"))
                let answer = try await connection.call("echo")
                #expect(answer.text == "hello" && answer.warnings == list.warnings)
                server.serve(
                    "/mcp", ScriptedServer.serving(tools: nil, call: nil))
                #expect(try await connection.tools().warnings.isEmpty)
            }
        }
    }

    @Test(
        "An outage on a later page leaves the tools before it; missing access is an error", arguments: [500, 503, 403])
    func outage(_ status: Int) async throws {
        let isAway = Mutex(true)
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            guard asked.method == "tools/list" else { return ScriptedServer.mcp(asked) }
            if asked.message["params"]?.object?["cursor"] == nil {
                return .result(["tools": [Self.tool("echo")], "nextCursor": "more", "ttlMs": 60_000], to: asked)
            }
            guard isAway.withLock({ $0 }) else { return .result(["tools": [Self.tool("second")]], to: asked) }
            return HTTPResponse(HTTPStatus(status), fields: HTTPFields([("Retry-After", "1")]))
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                guard status != 403 else {
                    #expect(await failure { _ = try await connection.tools() }?.kind == .authorizationRefused)
                    return
                }
                let list = try await connection.tools()
                #expect(list.tools.map(\.name) == ["echo"])
                #expect(list.warnings.count == 1 && list.warnings[0].contains("status \(status)"))
                #expect(try await connection.call("echo").text == "hello")
                // A list that an outage cut short is not kept.
                isAway.withLock { $0 = false }
                _ = try await connection.call(["name": "echo"], withFreshList: false)
                #expect(await connection.catalog?["second"] != nil)
            }
        }
    }

    @Test("An answer without a list of tools is named", arguments: [["a": 1], nil, "none"] as [JSONValue?])
    func noList(_ tools: JSONValue?) {
        var list = ToolList()
        var page: JSONObject = ["resultType": "complete"]
        page["tools"] = tools
        #expect(list.take(page, choosesByHeaders: true) == nil)
        #expect(list.warnings == ["An answer to tools/list has no list of tools."])
    }

    @Test(
        "A call of an unusable tool fails without being sent; a tool that is not listed is called",
        .proves(.argumentsAreMirrored))
    func unusableCall() async throws {
        let tools = [ScriptedServer.tool("bad", ["a": ["type": "string", "x-mcp-header": "a b"]])]
        try await ScriptedServer.run(["/mcp": ScriptedServer.serving(tools: { tools })]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let error = await failure { _ = try await connection.call("bad", ["a": "x"]) }
                #expect(error?.code == MCPConnection.unusableToolCode)
                #expect(error?.problem.contains("x-mcp-header of 'a' is not a header name") == true)
                #expect(!server.methods.contains("tools/call"))
                #expect(try await connection.call("unlisted").text == "hello")
            }
        }
    }

    @Test("Tools of a server without a list can be called", .proves(.argumentsAreMirrored))
    func unlisted() async throws {
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            return asked.method == "tools/list"
                ? .error(-32601, "Method not found", to: asked, status: .notFound) : ScriptedServer.mcp(asked)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.call("echo").text == "hello")
            }
        }
    }

    @Test(
        "A result is checked within a limit, and violations are reported in a few lines",
        .proves(.structuredResultsAreChecked))
    func warnings() throws {
        let names = (0..<5000).map { "name-\($0)" }
        let tool = try RemoteTool([
            "name": "t",
            "outputSchema": [
                "properties": .object(JSONObject(names.map { ($0, ["type": "string"]) })),
                "required": .array(names.map { .string($0) }),
            ],
        ])
        let warnings = tool.warnings(about: ["structuredContent": [:]])
        #expect(warnings.count == 11 && warnings.last == "There is more that does not fit.")
        let deep = try RemoteTool(["name": "t", "outputSchema": ["items": ["type": "integer"]]])
        let many = JSONValue.array(Array(repeating: 1, count: 2_000_001))
        #expect(
            deep.warnings(about: ["structuredContent": many]) == ["The result is too large to be checked as a whole."])
    }

    @Test("Cached results have a limit for each and for all, and are copies")
    func cache() throws {
        var cache = ResultCache()
        func result(_ size: Int) -> JSONObject {
            ["ttlMs": 60_000, "cacheScope": "public", "text": .string(String(repeating: "x", count: size))]
        }
        func isKept(_ number: Int) -> Bool {
            cache.result(of: "m", ["n": JSONValue(number)], owner: nil, now: .zero) != nil
        }
        cache.keep(result(5 << 20), of: "m", ["n": 0], owner: nil, now: .zero)
        #expect(!isKept(0))
        for number in 1...6 {
            cache.keep(result(3 << 20), of: "m", ["n": JSONValue(number)], owner: nil, now: .zero)
            #expect(isKept(number))
        }
        #expect((1...6).count { isKept($0) } == 1)
        for _ in 0..<20 { cache.keep(result(3 << 20), of: "m", ["n": 6], owner: nil, now: .zero) }
        #expect(isKept(6))
        let message: JSONObject = [
            "filling": .string(String(repeating: "f", count: 1 << 20)), "result": ["ttlMs": 5],
        ]
        let text = JSONWriter.bytes(of: message)
        let read = try #require(JSONParser.parse(text).object?["result"]?.object)
        #expect(read.textSize > 1 << 20)
        cache.keep(read, of: "p", [:], owner: "o", now: .zero)
        #expect(try #require(cache.result(of: "p", [:], owner: "o", now: .zero)).textSize < 1000)
    }
}

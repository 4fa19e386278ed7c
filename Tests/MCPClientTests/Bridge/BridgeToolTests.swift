import HTTPEdge
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("The bridge and the tools of a server")
struct BridgeToolTests {
    private static let modern: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    private static let regional = ScriptedServer.tool(
        "regional", ["region": ["type": "string", "x-mcp-header": "Region"]])
    private static let hidden = ScriptedServer.tool(
        "hidden", ["list": ["type": "array", "items": ["type": "string", "x-mcp-header": "Item"]]])

    private static func call(_ name: String, _ arguments: JSONObject = [:], isModern: Bool = false) -> JSONObject {
        var params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
        if isModern { params["_meta"] = .object(modern) }
        return params
    }

    private static func with(
        _ script: @escaping ScriptedServer.Script, warn: @escaping @Sendable (String) -> Void = { _ in },
        _ body: (ScriptedServer, Host) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                try await Host.with(try bench.connection(server.mcpURL), warn: warn) { try await body(server, $0) }
            }
        }
    }

    @Test(
        "Arguments are repeated in headers for hosts of both eras", .proves(.argumentsAreMirrored),
        arguments: [true, false])
    func headers(_ isModern: Bool) async throws {
        let script = ScriptedServer.serving(tools: { [Self.regional] })
        try await Self.with(script) { server, host in
            for (id, region) in [(1, "süd"), (2, "eu")] {
                host.send(
                    "tools/call", id: JSONValue(id),
                    Self.call("regional", ["region": .string(region)], isModern: isModern))
                #expect(await host.answer(JSONValue(id))?["result"] != nil)
            }
            let calls = server.requests(to: "/mcp").filter { $0.method == "tools/call" }
            #expect(calls.map { $0.request.fields["mcp-param-region"] } == [["=?base64?c8O8ZA==?="], ["eu"]])
            #expect(server.methods.count { $0 == "tools/list" } == 1)
        }
    }

    @Test(
        "A tool with an invalid annotation is not listed, and a call of it fails without being sent",
        .proves(.argumentsAreMirrored))
    func unusable() async throws {
        let warnings = Mutex<[String]>([])
        let script = ScriptedServer.serving(tools: { [Self.regional, Self.hidden] })
        try await Self.with(script, warn: { text in warnings.withLock { $0.append(text) } }) { server, host in
            for id in 1...2 {
                host.send("tools/list", id: JSONValue(id))
                let tools = await host.answer(JSONValue(id))?["result"]?.object?["tools"]?.array
                #expect(tools?.map { $0.object?["name"] } == ["regional"])
            }
            #expect(warnings.withLock { $0.count } == 1)
            #expect(warnings.withLock { $0.first }?.contains("'hidden'") == true)
            host.send("tools/call", id: 3, Self.call("hidden"))
            let error = await host.answer(3)?["error"]?.object
            #expect(error?["code"] == -32602)
            #expect(error?["message"]?.string?.contains("x-mcp-header may not be used within 'items'") == true)
            #expect(!server.methods.contains("tools/call"))
        }
    }

    @Test("A tool that was fixed can be called again", .proves(.argumentsAreMirrored))
    func corrected() async throws {
        let isCorrected = Mutex(false)
        let script = ScriptedServer.serving(tools: {
            isCorrected.withLock { $0 } ? [ScriptedServer.tool("hidden")] : [Self.hidden]
        })
        try await Self.with(script) { _, host in
            host.send("tools/call", id: 1, Self.call("hidden"))
            #expect(await host.answer(1)?["error"] != nil)
            isCorrected.withLock { $0 = true }
            host.send("tools/call", id: 2, Self.call("hidden"))
            #expect(await host.answer(2)?["result"] != nil)
        }
    }

    @Test(
        "Headers follow a changed list once the server refuses the old ones", .proves(.argumentsAreMirrored)
    )
    func changed() async throws {
        let isNew = Mutex(false)
        let script = ScriptedServer.serving(
            tools: { isNew.withLock { $0 } ? [Self.regional] : [ScriptedServer.tool("regional")] },
            call: { asked in
                isNew.withLock { $0 } && asked.request.fields.first("mcp-param-region") == nil
                    ? .error(-32020, "Mcp-Param-Region header is missing", to: asked, status: .badRequest)
                    : ScriptedServer.mcp(asked)
            })
        try await Self.with(script) { server, host in
            host.send("tools/call", id: 1, Self.call("regional", ["region": "eu"]))
            #expect(await host.answer(1)?["result"] != nil)
            isNew.withLock { $0 = true }
            host.send("tools/call", id: 2, Self.call("regional", ["region": "eu"]))
            #expect(await host.answer(2)?["result"] != nil)
            #expect(
                server.methods.suffix(5) == ["tools/list", "tools/call", "tools/call", "tools/list", "tools/call"])
        }
    }

    @Test(
        "After a notification of a change the list is fetched before the next call",
        .proves(.argumentsAreMirrored, .subscriptionsResume))
    func announced() async throws {
        let script = ScriptedServer.serving(
            tools: { [Self.regional] },
            call: { asked in
                .stream { send in
                    try await send(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"])
                    try await send(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": ["content": []]])
                }
            })
        try await Self.with(script) { server, host in
            for id in 1...2 {
                host.send("tools/call", id: JSONValue(id), Self.call("regional", ["region": "eu"]))
                #expect(await host.answer(JSONValue(id))?["result"] != nil)
            }
            #expect(server.methods.suffix(4) == ["tools/list", "tools/call", "tools/list", "tools/call"])
        }
    }

    @Test(
        "Annotations are ignored for servers with sessions, whose tools are all listed", .proves(.argumentsAreMirrored))
    func sessions() async throws {
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            guard asked.method == "tools/list" else { return ScriptedServer.legacyMCP(asked) }
            return .result(["tools": [.object(Self.hidden)]], to: asked)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                try await Host.with(try bench.connection(server.mcpURL, era: .legacy)) { host in
                    host.send("tools/list", id: 1)
                    #expect(await host.answer(1)?["result"]?.object?["tools"]?.array?.count == 1)
                    host.send("tools/call", id: 2, Self.call("hidden"))
                    #expect(await host.answer(2)?["result"] != nil)
                }
            }
        }
    }

    @Test("A host gets all pages at once, and problems of the list are reported", .proves(.allPagesAreFetched))
    func pages() async throws {
        let warnings = Mutex<[String]>([])
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            guard asked.method == "tools/list" else { return ScriptedServer.mcp(asked) }
            let cursor = asked.message["params"]?.object?["cursor"]?.string
            let tool = ScriptedServer.tool("t-\(cursor ?? "first")")
            return .result(["tools": [.object(tool)], "nextCursor": cursor == nil ? "" : "same"], to: asked)
        }
        try await Self.with(script, warn: { text in warnings.withLock { $0.append(text) } }) { _, host in
            host.send("tools/list", id: 1)
            let result = await host.answer(1)?["result"]?.object
            #expect(result?["tools"]?.array?.map { $0.object?["name"] } == ["t-first", "t-", "t-same"])
            #expect(result?["nextCursor"] == nil)
            #expect(
                warnings.withLock { $0 } == [
                    "The server's list of tools was not read further: nextCursor is the same again."
                ])
            host.send("tools/list", id: 2, ["cursor": "same"])
            #expect(await host.answer(2)?["error"]?.object?["code"] == -32602)
        }
    }

    @Test(
        "The host gets the server's message when an error has no id, or one of another type",
        arguments: [nil, .null, "", "other", 0] as [JSONValue?])
    func words(_ id: JSONValue?) async throws {
        let script = ScriptedServer.serving(call: { asked in
            var message: JSONObject = ["jsonrpc": "2.0", "error": ["code": -32000, "message": "out of paper"]]
            message["id"] = id
            return .json(message)
        })
        try await Self.with(script) { _, host in
            host.send("tools/call", id: 1, Self.call("echo"))
            let error = await host.answer(1)?["error"]?.object
            #expect(error?["code"] == -32000 && error?["message"] == "out of paper")
        }
    }
}

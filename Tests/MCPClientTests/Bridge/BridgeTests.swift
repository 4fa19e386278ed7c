import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import MCPClient

@Suite("The bridge")
struct BridgeTests {
    private static func with(
        _ era: String, _ body: (Host, StaticAuthServer) async throws -> Void
    ) async throws {
        try await withTestServer { _, server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL, era: try #require(EraChoice(era)))
                try await Host.with(connection) { host in try await body(host, server) }
            }
        }
    }

    @Test(
        "A host of the older revisions is served whatever revision the server supports",
        arguments: ["2026-07-28", "2025-11-25", "2025-03-26"])
    func legacyHost(_ era: String) async throws {
        try await Self.with(era) { host, server in
            host.say(
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"h","version":"1"}}}"#
            )
            let answer = try #require(await host.answer(1))["result"]?.object
            #expect(answer?["protocolVersion"] == "2025-06-18")
            #expect(answer?["serverInfo"]?.object?["name"] == "static-auth-server")
            host.say(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            host.say(
                #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"é"}}}"#)
            let called = try #require(await host.answer(2))["result"]?.object
            #expect(called?["content"]?.array?.first?.object?["text"] == #"{"echo":"é","length":1}"#)
            #expect(called?["resultType"] == nil && called?["_meta"] == nil)
            host.say(#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#)
            #expect(await host.answer(3)?["result"] == [:])
            host.say(#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nope"}}"#)
            #expect(await host.answer(4)?["error"]?.object?["code"] == -32602)
            if era != "2025-03-26" {
                #expect(
                    await eventually {
                        server.toolsListChanged()
                        return host.all.contains { $0["method"] == "notifications/tools/list_changed" }
                    })
            }
        }
    }

    @Test(
        "A host of the stateless revision is served whatever revision the server supports",
        arguments: ["2026-07-28", "2025-11-25"])
    func modernHost(_ era: String) async throws {
        let meta =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
        try await Self.with(era) { host, server in
            host.say(#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{\#(meta)}}"#)
            let found = try #require(await host.answer(1))["result"]?.object
            #expect(found?["supportedVersions"] == ["2026-07-28"])
            #expect(found?["resultType"] == "complete")
            host.say(#"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{\#(meta)}}"#)
            let listed = try #require(await host.answer(2))["result"]?.object
            #expect(listed?["tools"]?.array?.count == 2)
            #expect(listed?["resultType"] == "complete" && listed?["ttlMs"] != nil && listed?["cacheScope"] != nil)
            host.say(
                #"{"jsonrpc":"2.0","id":3,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},\#(meta)}}"#
            )
            let acknowledged = try #require(await host.notification("notifications/subscriptions/acknowledged"))
            #expect(acknowledged["params"]?.object?["_meta"]?.object?["io.modelcontextprotocol/subscriptionId"] == 3)
            #expect(
                await eventually {
                    server.toolsListChanged()
                    return host.all.contains { $0["method"] == "notifications/tools/list_changed" }
                })
            host.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#)
        }
    }

    @Test("Input that is not JSON is refused, and all output is JSON-RPC messages")
    func broken() async throws {
        try await Self.with("auto") { host, _ in
            host.say("hello")
            host.say("")
            host.say(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
            _ = await host.answer(1)
            #expect(host.all.count == 2)
            #expect(host.all.first?["error"]?.object?["code"] == -32700)
            #expect(host.all.allSatisfy { $0["jsonrpc"] == "2.0" })
        }
    }
}

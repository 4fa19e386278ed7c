import HTTPEdge
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("The end of the bridge", .timeLimit(.minutes(2)))
struct BridgeEndTests {
    private static func with(
        _ script: @escaping ScriptedServer.Script,
        _ body: (ScriptedServer, Host, Task<(any Error)?, Never>) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(["/mcp": script]) { server in
            // Longer silence than this must not end a call.
            try await Bench.run({ $0.timeout = .seconds(2) }) { bench in
                var options = MCPConnection.Options()
                options.timeouts = .unlimited
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let connection = MCPConnection(web: bench.web, access: access, store: bench.store, options: options)
                let host = Host()
                let bridge = Bridge(connection, send: host.take)
                try await body(server, host, Task { await bridge.run(host.lines) })
            }
        }
    }

    private static func answer(_ asked: ScriptedServer.Asked) -> JSONObject {
        ["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": ["content": []]]
    }

    @Test("After the host's last line every call is waited for, whether its server gives signs of life or not")
    func waits() async throws {
        let script = ScriptedServer.serving(call: { asked in
            let isSilent = asked.message["params"]?.object?["name"] == "silent"
            if isSilent {
                try await Task.sleep(for: .seconds(5))
                return .json(Self.answer(asked))
            }
            return HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "text/event-stream")]),
                body: .events(
                    EventStream { writer in
                        for _ in 0..<25 {
                            try await writer.send(Array(": alive\n\n".utf8))
                            try await Task.sleep(for: .milliseconds(200))
                        }
                        let data = String(decoding: JSONWriter.bytes(of: Self.answer(asked)), as: UTF8.self)
                        try await writer.send(Array("data: \(data)\n\n".utf8))
                    }))
        })
        try await Self.with(script) { server, host, running in
            host.send("tools/call", id: 1, ["name": "silent"])
            host.send("tools/call", id: 2, ["name": "alive"])
            try #require(await eventually { server.methods.count { $0 == "tools/call" } == 2 })
            host.end()
            #expect(await running.value == nil)
            #expect([1, 2].allSatisfy { id in host.all.contains { $0["id"] == id && $0["result"] != nil } })
        }
    }

    @Test("A call that fails after the host's last line is answered with an error, which the end reports")
    func fails() async throws {
        let mayEnd = Mutex(false)
        let script = ScriptedServer.serving(call: { _ in
            while !mayEnd.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            return HTTPResponse(.serviceUnavailable)
        })
        try await Self.with(script) { server, host, running in
            host.send("tools/call", id: 1, ["name": "echo"])
            try #require(await eventually { server.methods.contains("tools/call") })
            host.end()
            mayEnd.withLock { $0 = true }
            #expect((await running.value as? ClientError)?.kind == .network)
            #expect(host.all.contains { $0["id"] == 1 && $0["error"] != nil })
        }
    }

    @Test(
        "A bridge that is ended answers its calls with an error, unless the host has cancelled them",
        arguments: [true, false])
    func ended(_ hasInput: Bool) async throws {
        let script = ScriptedServer.serving(call: { _ in
            try await Task.sleep(for: .seconds(60))
            return HTTPResponse(.ok)
        })
        try await Self.with(script) { server, host, running in
            for id in [1, 2] as [JSONValue] { host.send("tools/call", id: id, ["name": "echo"]) }
            let meta: JSONObject = ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]
            host.send("subscriptions/listen", id: 3, ["_meta": .object(meta), "notifications": [:]])
            try #require(await eventually { server.methods.count { $0 == "tools/call" } == 2 })
            host.send("notifications/cancelled", ["requestId": 2])
            host.send("ping", id: 4)
            try #require(await host.answer(4) != nil)
            if !hasInput { host.end() }
            running.cancel()
            #expect(await running.value is CancellationError)
            #expect(host.all.contains { $0["id"] == 1 && $0["error"] != nil })
            #expect(!host.all.contains { $0["id"] == 2 || $0["id"] == 3 })
        }
    }
}

import MCPCore
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Lines of a host that are more or less than one request", .timeLimit(.minutes(1)))
struct BridgeBatchTests {
    private static func with(_ version: String, _ body: (Host) async throws -> Void) async throws {
        try await ScriptedServer.run(["/mcp": ScriptedServer.serving(call: { ScriptedServer.mcp($0) })]) { server in
            try await Bench.run { bench in
                try await Host.with(try bench.connection(server.mcpURL)) { host in
                    host.send("initialize", id: 0, ["protocolVersion": .string(version)])
                    #expect(await host.answer(0)?["result"] != nil)
                    try await body(host)
                }
            }
        }
    }

    private static let call = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}"#
    private static let ping = #"{"jsonrpc":"2.0","id":"p","method":"ping"}"#
    private static let notification = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#

    @Test("The messages of a batch are answered together, where the revision has batches")
    func batch() async throws {
        try await Self.with("2025-03-26") { host in
            host.say("[\(Self.call),\(Self.notification),\(Self.ping),{\"id\":7,\"method\":5},3]")
            #expect(await eventually { host.all.contains { $0["batch"] != nil } })
            let answers = try #require(host.all.first { $0["batch"] != nil }?["batch"]?.array).compactMap(\.object)
            #expect(answers.count == 4)
            #expect(answers.contains { $0["id"] == 1 && $0["result"] != nil })
            #expect(answers.contains { $0["id"] == "p" && $0["result"] == [:] })
            #expect(answers.contains { $0["id"] == 7 && $0["error"]?.object?["code"] == -32600 })
            #expect(answers.contains { $0["id"] == nil && $0["error"]?.object?["code"] == -32600 })
            // A batch of notifications gets no answer.
            host.say("[\(Self.notification)]")
            host.say("[]")
            #expect(await eventually { host.all.contains { $0["error"]?.object?["code"] == -32600 } })
            #expect(host.all.count == 3)
        }
    }

    @Test("A batch in another revision is refused, each request by its id")
    func unknownBatch() async throws {
        try await Self.with("2025-11-25") { host in
            host.say("[\(Self.call),\(Self.notification),\(Self.ping)]")
            for id in [1, "p"] as [JSONValue] {
                #expect(await host.answer(id)?["error"]?.object?["code"] == -32600)
            }
        }
    }

    @Test("A request without a method is refused by its id, and a response is ignored")
    func noMethod() async throws {
        try await Self.with("2025-11-25") { host in
            host.say(#"{"jsonrpc":"2.0","id":8,"result":{}}"#)
            host.say(#"{"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"no"}}"#)
            for (id, method) in [(5, "5"), (6, "null"), (7, "{}")] {
                host.say(#"{"jsonrpc":"2.0","id":\#(id),"method":\#(method)}"#)
                #expect(await host.answer(JSONValue(id))?["error"]?.object?["code"] == -32600)
            }
            #expect(host.all.count == 4)
        }
    }
}

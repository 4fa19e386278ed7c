import HTTPEdge
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("The bridge and timeouts", .timeLimit(.minutes(2)))
struct BridgeClockTests {
    private static let progress: JSONObject = [
        "jsonrpc": "2.0", "method": "notifications/progress", "params": ["progressToken": "p", "progress": 1],
    ]

    /// Reports progress a few times, then answers.
    @Sendable private static func slow(_ asked: ScriptedServer.Asked) async throws -> HTTPResponse {
        .stream { send in
            for _ in 0..<24 {
                try await send(progress)
                try await Task.sleep(for: .milliseconds(250))
            }
            try await send(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": ["content": []]])
        }
    }

    /// Sends nothing until the client has disconnected, and counts that.
    private static func silent(_ gone: Counter) -> @Sendable (ScriptedServer.Asked) async throws -> HTTPResponse {
        { _ in
            .stream { send in
                defer { gone.add() }
                try await send(progress)
                while true {
                    try await send(["jsonrpc": "2.0", "method": "notifications/other"])
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }
    }

    final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    private static func with(
        _ script: @escaping ScriptedServer.Script, era: EraChoice, _ timeouts: Timeouts,
        _ body: (ScriptedServer, Host) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                var options = MCPConnection.Options()
                options.era = era
                options.timeouts = timeouts
                let connection = MCPConnection(
                    web: bench.web, access: try bench.access(server.mcpURL, agent: bench.person), store: bench.store,
                    options: options)
                try await Host.with(connection) { try await body(server, $0) }
            }
        }
    }

    private static func script(
        _ era: EraChoice, _ call: @escaping @Sendable (ScriptedServer.Asked) async throws -> HTTPResponse
    ) -> ScriptedServer.Script {
        era == .legacy ? ScriptedServer.servingSessions(call: call) : ScriptedServer.serving(call: call)
    }

    @Test(
        "A call that gives signs of life outlasts the timeout", .proves(.waitsEnd),
        arguments: [EraChoice.automatic, .legacy])
    func living(_ era: EraChoice) async throws {
        try await Self.with(Self.script(era, Self.slow), era: era, Timeouts(idle: .seconds(3), total: nil)) { _, host in
            host.send("tools/call", id: 1, ["name": "echo", "_meta": ["progressToken": "p"]])
            #expect(await host.answer(1)?["result"] != nil)
            #expect(host.all.count { $0["method"] == "notifications/progress" } == 24)
        }
    }

    @Test(
        "Progress on the notification stream is a sign of life, too", .proves(.waitsEnd), arguments: [true, false])
    func otherStream(_ isEvent: Bool) async throws {
        let isCalled = Mutex(false)
        let script: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            if asked.request.method == .get {
                return .stream { send in
                    while true {
                        if isCalled.withLock({ $0 }) { try await send(Self.progress) }
                        try await Task.sleep(for: .milliseconds(250))
                    }
                }
            }
            guard asked.method == "tools/call" else { return ScriptedServer.legacyMCP(asked) }
            isCalled.withLock { $0 = true }
            let answer: JSONObject = ["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": ["content": []]]
            if isEvent {
                return .stream { send in
                    try await Task.sleep(for: .seconds(4))
                    try await send(answer)
                }
            }
            try await Task.sleep(for: .seconds(4))
            return .json(answer)
        }
        try await Self.with(script, era: .legacy, Timeouts(idle: .seconds(2), total: nil)) { server, host in
            host.send("notifications/initialized")
            #expect(await eventually { server.requests.contains { $0.method == .get && $0.path == "/mcp" } })
            host.send("tools/call", id: 1, ["name": "echo", "_meta": ["progressToken": "p"]])
            #expect(await host.answer(1)?["result"] != nil)
        }
    }

    @Test("Without a timeout of its own the bridge waits for as long as the host", .proves(.waitsEnd))
    func patient() async throws {
        let isOver = Mutex(false)
        let script = ScriptedServer.serving(call: { asked in
            while !isOver.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            return ScriptedServer.mcp(asked)
        })
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run({ $0.timeout = .seconds(2) }) { bench in
                var options = MCPConnection.Options()
                options.timeouts = .unlimited
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let connection = MCPConnection(web: bench.web, access: access, store: bench.store, options: options)
                try await Host.with(connection) { host in
                    host.send("tools/call", id: 1, ["name": "echo"])
                    try await Task.sleep(for: .seconds(3))
                    #expect(host.all.isEmpty)
                    isOver.withLock { $0 = true }
                    #expect(await host.answer(1)?["result"] != nil)
                }
            }
        }
    }

    @Test(
        "With a timeout a call of a silent server fails, and the server is notified",
        .proves(.waitsEnd, .givingUpIsTold),
        arguments: [EraChoice.automatic, .legacy])
    func idle(_ era: EraChoice) async throws {
        let script = Self.script(era) { _ in
            .stream { send in
                try await send(Self.progress)
                try await Task.sleep(for: .seconds(60))
            }
        }
        try await Self.with(script, era: era, Timeouts(idle: .seconds(2), total: nil)) { server, host in
            host.send("tools/call", id: 1, ["name": "echo"])
            let message = try #require(await host.answer(1))["error"]?.object?["message"]?.string
            #expect(message?.contains("did not go on with its answer for 2 seconds") == true)
            #expect(server.methods.contains("notifications/cancelled") == (era == .legacy))
        }
    }

    @Test("The total timeout ends a call that never stops giving signs of life", .proves(.waitsEnd))
    func total() async throws {
        let gone = Counter()
        let script = Self.script(.automatic, Self.silent(gone))
        try await Self.with(script, era: .automatic, Timeouts(idle: .seconds(20), total: .seconds(2))) { _, host in
            host.send("tools/call", id: 1, ["name": "echo"])
            let message = try #require(await host.answer(1))["error"]?.object?["message"]?.string
            #expect(message?.contains("did not finish its answer within 2 seconds") == true)
            #expect(await eventually { gone.value == 1 })
        }
    }

    @Test(
        "A call that the host cancels is cancelled at the server, and not answered",
        .proves(.waitsEnd, .givingUpIsTold),
        arguments: [EraChoice.automatic, .legacy], [1, "a"] as [JSONValue])
    func cancelled(_ era: EraChoice, _ id: JSONValue) async throws {
        let gone = Counter()
        try await Self.with(Self.script(era, Self.silent(gone)), era: era, .unlimited) { server, host in
            host.send("tools/call", id: id, ["name": "echo"])
            #expect(await host.notification("notifications/progress") != nil)
            // Neither another id nor one of another type is meant.
            host.send("notifications/cancelled", ["requestId": 7])
            host.send("notifications/cancelled", ["requestId": id == 1 ? "1" : 1])
            host.send("ping", id: 2)
            #expect(await host.answer(2) != nil)
            #expect(gone.value == 0)
            host.send("notifications/cancelled", ["requestId": id])
            try #require(await eventually(within: .seconds(20)) { gone.value == 1 })
            host.send("ping", id: 3)
            #expect(await host.answer(3) != nil)
            #expect(!host.all.contains { $0["id"] == id })
            let call = try #require(server.requests(to: "/mcp").last { $0.method == "tools/call" })
            #expect(
                await eventually {
                    let told = server.requests(to: "/mcp").filter { $0.method == "notifications/cancelled" }
                    let ids = told.map { $0.message["params"]?.object?["requestId"] }
                    return ids == (era == .legacy ? [call.message["id"]] : [])
                })
        }
    }

    @Test("A call that is cancelled before it starts is neither sent nor answered")
    func cancelledEarly() async throws {
        let gone = Counter()
        try await Self.with(Self.script(.automatic, Self.silent(gone)), era: .automatic, .unlimited) { server, host in
            for id in 1...Bridge.forwardLimit { host.send("tools/call", id: JSONValue(id), ["name": "echo"]) }
            #expect(await eventually { server.methods.count { $0 == "tools/call" } == Bridge.forwardLimit })
            host.send("tools/call", id: 1000, ["name": "echo"])
            host.send("notifications/cancelled", ["requestId": 1000])
            for id in 1...Bridge.forwardLimit { host.send("notifications/cancelled", ["requestId": JSONValue(id)]) }
            #expect(await eventually { gone.value == Bridge.forwardLimit })
            host.send("tools/list", id: 2000)
            #expect(await host.answer(2000)?["result"] != nil)
            #expect(server.methods.count { $0 == "tools/call" } == Bridge.forwardLimit)
            #expect(host.all.count { $0["id"] != nil } == 1)
        }
    }

    @Test("A host that reuses an id can cancel all requests with it")
    func sameID() async throws {
        let gone = Counter()
        try await Self.with(Self.script(.automatic, Self.silent(gone)), era: .automatic, .unlimited) { server, host in
            for _ in 0..<2 { host.send("tools/call", id: 1, ["name": "echo"]) }
            #expect(await eventually { server.methods.count { $0 == "tools/call" } == 2 })
            host.send("notifications/cancelled", ["requestId": 1])
            try #require(await eventually(within: .seconds(20)) { gone.value == 2 })
            #expect(!host.all.contains { $0["id"] == 1 })
        }
    }
}

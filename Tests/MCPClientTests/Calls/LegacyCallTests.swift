import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Calls within a session")
struct LegacyCallTests {
    /// Serves sessions, or the test's own answers in their place.
    private static func serving(
        version: String = "2025-11-25", session: String? = "s1",
        _ special: @escaping @Sendable (ScriptedServer.Asked) async throws -> HTTPResponse? = { _ in nil }
    ) -> ScriptedServer.Script {
        { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            if let answer = try await special(asked) { return answer }
            if asked.request.method == .delete { return HTTPResponse(.noContent) }
            if asked.request.method == .get { return HTTPResponse(.methodNotAllowed) }
            return ScriptedServer.legacyMCP(asked, version: version, session: session)
        }
    }

    private static func with(
        _ script: @escaping ScriptedServer.Script, limits: (inout WebLimits) -> Void = { _ in },
        _ body: (ScriptedServer, MCPConnection) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run(limits) { bench in
                _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                try await body(server, try bench.connection(server.mcpURL, era: .legacy))
            }
        }
    }

    @Test(
        "The handshake requests the newest version, and fails on an unknown one",
        .proves(.unknownVersionEndsTheHandshake))
    func handshake() async throws {
        try await Self.with(Self.serving()) { server, connection in
            _ = try await connection.tools()
            #expect(server.methods.suffix(3) == ["initialize", "notifications/initialized", "tools/list"])
            let first = try #require(server.requests(to: "/mcp").first { $0.method == "initialize" })
            #expect(first.message["params"]?.object?["protocolVersion"] == "2025-11-25")
            #expect(first.request.fields["mcp-session-id"] == [])
        }
        for version in ["2024-01-01", "2026-07-28"] {
            try await Self.with(Self.serving(version: version)) { server, connection in
                #expect(await failure { _ = try await connection.tools() }?.problem.contains(version) == true)
                #expect(server.methods.last == "initialize")
            }
        }
    }

    @Test(
        "Messages have the session, and from 2025-06-18 on the version",
        .proves(.sessionMessagesCarryTheirHeaders, .clientSendsNoBatch),
        arguments: ["2025-11-25", "2025-06-18", "2025-03-26"], ["s 1", nil])
    func headers(_ version: String, _ session: String?) async throws {
        try await Self.with(Self.serving(version: version, session: session)) { server, connection in
            _ = try await connection.call("echo")
            await connection.close()
            let later = server.requests(to: "/mcp").drop { $0.method != "notifications/initialized" }
            #expect(later.count == (session == nil ? 3 : 4))
            for one in later {
                #expect(one.request.fields["mcp-session-id"] == (session.map { [$0] } ?? []))
                #expect(one.request.fields["mcp-protocol-version"] == (version == "2025-03-26" ? [] : [version]))
                #expect(one.request.fields["mcp-method"] == [])
                #expect(one.request.method == .delete || !one.message.isEmpty)
            }
        }
    }

    @Test("A lost session is reopened and the call repeated, once", .proves(.lostSessionIsReopened))
    func forgotten() async throws {
        let calls = Mutex(0)
        let script = Self.serving { asked in
            guard asked.method == "tools/call" else { return nil }
            let count = calls.withLock { calls in
                calls += 1
                return calls
            }
            return count == 1 ? HTTPResponse(.notFound) : nil
        }
        try await Self.with(script) { server, connection in
            #expect(try await connection.call("echo").text == "hello")
            #expect(server.methods.count { $0 == "initialize" } == 2)
            let second = try #require(server.requests(to: "/mcp").last { $0.method == "initialize" })
            #expect(second.request.fields["mcp-session-id"] == [])
        }
    }

    @Test(
        "A server that loses every session, or answers 400, gets a limited number of requests",
        .proves(.lostSessionIsReopened),
        arguments: [404, 400])
    func always(_ status: Int) async throws {
        let script = Self.serving { $0.method == "tools/call" ? HTTPResponse(HTTPStatus(status)) : nil }
        try await Self.with(script) { server, connection in
            #expect(await failure { _ = try await connection.call("echo") }?.kind == .protocolViolation)
            #expect(server.methods.count { $0 == "tools/call" } == (status == 400 ? 1 : 2))
        }
    }

    @Test(
        "The session is ended, whatever the server answers", .proves(.clientEndsItsSession),
        arguments: [204, 404, 405, 500])
    func end(_ status: Int) async throws {
        let script = Self.serving { $0.request.method == .delete ? HTTPResponse(HTTPStatus(status)) : nil }
        try await Self.with(script) { server, connection in
            _ = try await connection.tools()
            await connection.close()
            #expect(server.requests.last?.method == .delete)
        }
    }

    @Test("Without a GET stream calls continue, and listening reports it")
    func noStream() async throws {
        try await Self.with(Self.serving()) { _, connection in
            let error = await failure { try await connection.listen { _ in } }
            #expect(error?.code == MCPConnection.tellsNothingCode)
            let answer = try await connection.call("echo")
            #expect(answer.text == "hello")
        }
    }

    @Test("Notifications arrive on the GET stream, which is resumed where it ended")
    func stream() async throws {
        let script = Self.serving { asked in
            guard asked.request.method == .get else { return nil }
            let change = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"
            return .events(["id: 7\nretry: 600\ndata:\n\n", change])
        }
        try await Self.with(script) { server, connection in
            let heard = Mutex(0)
            let start = ContinuousClock.now
            let task = Task { try await connection.listen { _ in heard.withLock { $0 += 1 } } }
            #expect(await eventually { heard.withLock { $0 } >= 2 })
            #expect(ContinuousClock.now - start >= .milliseconds(600))
            task.cancel()
            _ = try? await task.value
            let opened = server.requests.filter { $0.method == .get && $0.path == "/mcp" }
            #expect(opened.prefix(2).map { $0.fields["last-event-id"] } == [[], ["7"]])
        }
    }

    @Test(
        "A call whose stream ends early is resumed from its last event, a limited number of times",
        .proves(.answersAreReadInPieces, .waitsEnd))
    func continuedCall() async throws {
        let isHopeless = Mutex(false)
        let script = Self.serving { asked in
            if asked.method == "tools/call" { return .events(["id: 3\nretry: 20\ndata:\n\n"]) }
            guard asked.request.method == .get else { return nil }
            if isHopeless.withLock({ $0 }) { return .events(["id: 4\ndata:\n\n"]) }
            let answer = #"{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"late"}]}}"#
            return .events(["id: 4\ndata: \(answer)\n\n"])
        }
        try await Self.with(script, limits: { $0.timeout = .seconds(2) }) { server, connection in
            let answer = try await connection.call("echo")
            #expect(answer.text == "late")
            let gets = server.requests.filter { $0.method == .get && $0.path == "/mcp" }
            #expect(gets.map { $0.fields["last-event-id"] } == [["3"]])
            isHopeless.withLock { $0 = true }
            #expect(await failure { _ = try await connection.call("echo") }?.code == "timeout")
        }
    }

    @Test("The server's ping is answered and its other requests are refused", .proves(.serverRequestsAreAnswered))
    func serverRequests() async throws {
        let script = Self.serving { asked in
            guard asked.method == "tools/call" else { return nil }
            let id = asked.message["id"]?.number?.text ?? ""
            return .events([
                "data: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"sampling/createMessage\",\"params\":{}}\n\n",
                "data: {\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\"content\":[]}}\n\n",
            ])
        }
        try await Self.with(script) { server, connection in
            _ = try await connection.call("echo")
            let answers = server.requests(to: "/mcp").map(\.message).filter { $0["method"] == nil && $0["id"] != nil }
            #expect(answers.count == 2)
            #expect(answers[0]["id"] == "p" && answers[0]["result"] == [:])
            #expect(answers[1]["id"] == 7 && answers[1]["error"]?.object?["code"] == -32601)
        }
    }

    @Test("A cancelled call, or one that times out, is cancelled at the server, once", .proves(.givingUpIsTold))
    func cancelled() async throws {
        let script = Self.serving { asked in
            guard asked.method == "tools/call" else { return nil }
            try await Task.sleep(for: .seconds(4))
            return nil
        }
        try await Self.with(script, limits: { $0.timeout = .seconds(2) }) { server, connection in
            _ = try await connection.tools()
            let task = Task { try await connection.call("echo") }
            #expect(await eventually { server.methods.last == "tools/call" })
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            func told() -> [JSONValue?] {
                let calls = server.requests(to: "/mcp").filter { $0.method == "notifications/cancelled" }
                return calls.map { $0.message["params"]?.object?["requestId"] }
            }
            let call = try #require(server.requests(to: "/mcp").last { $0.method == "tools/call" })
            #expect(told() == [call.message["id"]])
            #expect(await failure { _ = try await connection.call("echo") }?.code == "timeout")
            #expect(told().count == 2)
        }
    }

    @Test("An answer in an array is understood, and no array is sent", .proves(.clientSendsNoBatch))
    func arrays() async throws {
        let script = Self.serving(version: "2025-03-26") { asked in
            guard asked.method == "tools/call" else { return nil }
            let id = asked.message["id"]?.number?.text ?? ""
            let text =
                "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"},{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\"content\":[]}}]"
            return HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "application/json")]), body: .bytes(Array(text.utf8)))
        }
        try await Self.with(script) { server, connection in
            _ = try await connection.call("echo")
            #expect(server.requests(to: "/mcp").allSatisfy { $0.request.method != .post || !$0.message.isEmpty })
        }
    }

    @Test(
        "Results without the newer members are accepted, and a failed tool needs no structured result",
        .proves(.olderResultsAreAccepted))
    func oldResults() async throws {
        let script = Self.serving { asked in
            switch asked.method {
            case "tools/list":
                .result(
                    ["tools": [["name": "echo", "inputSchema": [:], "outputSchema": ["type": "object"]]]], to: asked)
            case "tools/call":
                .result(
                    [
                        "content": [["type": "text", "text": "no"], ["type": "image", "data": "", "mimeType": "x"]],
                        "isError": true,
                    ], to: asked)
            default: nil
            }
        }
        try await Self.with(script) { _, connection in
            let answer = try await connection.call("echo")
            #expect(answer.isError)
            #expect(answer.warnings == [])
            #expect(answer.text == "no\n(image)")
        }
    }
}

import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Event streams that answer a POST (requirements H.10, I)", .timeLimit(.minutes(1))) struct CallStreamTests {
    private static let echo: JSONObject = ["name": "echo", "arguments": ["message": "hi"]]
    private static let slow = Bench.request("tools/call", ["name": "slow"], id: 5)
    private static let sse = Policy(postResponses: .sse)

    @Test("The policy decides between JSON and stream", .proves(.successIsJSONOrAStream))
    func policies() async throws {
        for (responses, token, streams) in [
            (.json, nil, false), (.json, "t", false), (.auto, nil, false), (.auto, "t", true), (.sse, nil, true),
            (.sse, "t", true),
        ] as [(Policy.PostResponses, JSONValue?, Bool)] {
            let bench = try Bench(policy: Policy(postResponses: responses))
            var meta: JSONObject = [:]
            meta["progressToken"] = token
            let answer = try await bench.modern("tools/call", Self.echo, id: "c", meta: meta)
            #expect((answer.stream != nil) == streams)
            let messages = streams ? try await answer.messages() : [try #require(answer.json)]
            #expect(messages.last?["result", "isError"] == false)
            #expect(messages.last?["id"] == "c")
            #expect((messages.count > 1) == (streams && token != nil))
            let list = try await bench.modern("tools/list")
            #expect((list.stream != nil) == (responses == .sse))
        }
    }

    @Test("Errors before the stream starts are JSON")
    func earlyErrors() async throws {
        let bench = try Bench(policy: Self.sse)
        #expect(try await bench.modern("nope").status == 404)
        #expect(try await bench.modern("tools/call", ["name": "nope"]).code == -32602)
        #expect(try await bench.modern("tools/list") { $0.method = [] }.code == -32020)
        let session = try await bench.session("2025-06-18")
        #expect(try await bench.post(Bench.request("tools/call", ["name": "echo"]), session).code == -32602)
        #expect(try await bench.post(Bench.request("nope"), session).code == -32601)
    }

    @Test("An error after that is the last event", .proves(.toolFailureIsAResult))
    func lateErrors() async throws {
        let bench = try Bench([Custom { _, _ in throw UnexpectedReply() }], policy: Self.sse)
        let messages = try await bench.modern("tools/call", ["name": "custom"]).messages()
        #expect(messages.map { $0["error", "code"] } == [-32603])
    }

    @Test(
        "Progress rises strictly, carries the token as it came, and ends before the response",
        .proves(.progressGrows, .responseStreamEnds, .onePostOneMessage))
    func progress() async throws {
        let tool = Custom { _, context in
            context.progress(1, total: 3, message: "one")
            for ignored in [1, 0.5, -1, .nan, .infinity] { context.progress(ignored) }
            context.progress(2.5)
            return [:]
        }
        let bench = try Bench([tool], policy: Policy(postResponses: .auto))
        for token in ["7", 7] as [JSONValue] {
            let answer = try await bench.modern("tools/call", ["name": "custom"], meta: ["progressToken": token])
            let messages = try await answer.messages()
            let notifications = messages.dropLast()
            #expect(notifications.map { $0["method"] } == Array(repeating: "notifications/progress", count: 3))
            #expect(notifications.allSatisfy { $0["params", "progressToken"] == token && $0["id"] == nil })
            #expect(notifications.map { $0["params", "progress"]?.number?.doubleValue } == [0, 1, 2.5])
            #expect(notifications[1]["params", "total"]?.number?.doubleValue == 3)
            #expect(notifications[1]["params", "message"] == "one")
            #expect(messages.last?["id"] == 1)
        }
    }

    @Test("A reader that falls behind loses progress, never the response", .proves(.progressGrows))
    func slowReader() async throws {
        let tool = Custom { _, context in
            for step in 1...10_000 { context.progress(Double(step)) }
            return [:]
        }
        let bench = try Bench([tool], policy: Self.sse)
        let answer = try await bench.modern("tools/call", ["name": "custom"], meta: ["progressToken": 1])
        let messages = try await answer.messages()
        #expect(messages.last?["result", "isError"] == false)
        let values = messages.compactMap { $0["params", "progress"]?.number?.doubleValue }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(
        "A call's stream has only the call's own messages, whatever else changes",
        .proves(.responseStreamEnds, .deprecatedFeaturesAreUnused))
    func noOtherMessages() async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool], policy: Self.sse)
        let answer = try await bench.modern(
            "tools/call", ["name": "slow"], meta: ["io.modelcontextprotocol/logLevel": "debug"])
        #expect(await gate.next() == .started)
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.heartbeat()
        gate.release()
        #expect(try await answer.messages().map { $0["id"] } == [1])
    }

    @Test("A modern call ends when its client disconnects", .proves(.closedStreamCancels))
    func disconnect() async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool], policy: Self.sse)
        let answer = try await bench.modern("tools/call", ["name": "slow"])
        #expect(await gate.next() == .started)
        let reader = Task { try await answer.events() }
        reader.cancel()
        #expect(await gate.next() == .cancelled)
        #expect(try await reader.value == [])
    }

    @Test("A modern call answered with JSON ends with its task", .proves(.closedStreamCancels))
    func cancelledPost() async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool])
        let post = Task { try await bench.modern("tools/call", ["name": "slow"]) }
        #expect(await gate.next() == .started)
        post.cancel()
        #expect(await gate.next() == .cancelled)
        _ = try await post.value
    }

    @Test("A posted cancellation has no effect in the modern era")
    func modernCancelled() async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool], policy: Self.sse)
        let answer = try await bench.modern("tools/call", ["name": "slow"], id: 5)
        #expect(await gate.next() == .started)
        let cancelled = Bench.notification("notifications/cancelled", ["requestId": 5])
        let headers = TransportHeaders(protocolVersion: ["2026-07-28"])
        #expect(try await bench.post(cancelled, headers).status == 202)
        gate.release()
        #expect(try await answer.messages().last?["result", "structuredContent"] == ["done": true])
    }

    @Test(
        "Legacy calls outlive their connection", .proves(.disconnectCancelsNothing),
        arguments: [Policy.PostResponses.json, .sse])
    func legacyDisconnect(responses: Policy.PostResponses) async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool], policy: Policy(postResponses: responses))
        let session = try await bench.session()
        let reader = Task {
            let answer = try await bench.post(Self.slow, session)
            if answer.stream != nil { _ = try await answer.events() }
        }
        #expect(await gate.next() == .started)
        reader.cancel()
        gate.release()
        #expect(await gate.next() == .finished)
    }

    @Test("A legacy session cancels its own calls, all those with the id", .proves(.cancellationStaysInItsSession))
    func legacyCancelled() async throws {
        let gate = Gate()
        let bench = try Bench([gate.tool], policy: Self.sse)
        let session = try await bench.session("2025-06-18")
        let other = try await bench.session("2025-06-18")
        let twins = [try await bench.post(Self.slow, session), try await bench.post(Self.slow, session)]
        let others = try await bench.post(Self.slow, other)
        for _ in 0..<3 { #expect(await gate.next() == .started) }
        #expect(
            try await bench.post(Bench.notification("notifications/cancelled", ["requestId": "5"]), session).status
                == 202)
        #expect(
            try await bench.post(Bench.notification("notifications/cancelled", ["requestId": 5]), session).status == 202
        )
        for twin in twins { #expect(try await twin.messages() == []) }
        #expect(await gate.next() == .cancelled)
        #expect(await gate.next() == .cancelled)
        gate.release()
        #expect(try await others.messages().last?["result", "isError"] == false)
    }

    @Test(
        "A cancelled call's stream ends at once, even when its tool does not notice",
        .proves(.cancellationStaysInItsSession))
    func stubbornTool() async throws {
        let (opening, open) = AsyncStream.makeStream(of: Void.self)
        let stubborn = Custom(name: "slow") { _, _ in
            await Task { for await _ in opening { break } }.value
            return [:]
        }
        let bench = try Bench([stubborn], policy: Self.sse)
        let session = try await bench.session("2025-06-18")
        let answer = try await bench.post(Self.slow, session)
        _ = try await bench.post(Bench.notification("notifications/cancelled", ["requestId": 5]), session)
        #expect(try await answer.messages() == [])
        open.finish()
    }

    @Test(
        "Only 2025-11-25 streams are primed, each with its own id",
        .proves(.primingEventIsForOneRevision, .responseStreamHasPlainEvents))
    func priming() async throws {
        let bench = try Bench(policy: Self.sse)
        let modern = try await bench.modern("tools/call", Self.echo).events()
        #expect(try modern.allSatisfy { try $0.message != nil })
        for version in ["2025-03-26", "2025-06-18"] {
            for method in ["tools/call", "tools/list"] {
                let answer = try await bench.post(Bench.request(method, Self.echo), bench.session(version))
                let events = try await answer.events()
                #expect(try events.map { try $0.message != nil } == [true])
            }
        }
        let session = try await bench.session("2025-11-25")
        var ids: Set<String> = []
        for method in ["tools/call", "tools/list", "ping"] {
            let events = try await bench.post(Bench.request(method, Self.echo), session).events()
            #expect(events.count == 2)
            guard case .prime(let id) = events[0] else { throw UnexpectedReply() }
            ids.insert(id)
        }
        #expect(ids.count == 3)
    }
}

import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Streams for unsolicited messages (requirements H.11, I.4)", .timeLimit(.minutes(1))) struct SubscriptionsTests {
    private static let tools: JSONObject = ["notifications": ["toolsListChanged": true]]

    /// The messages so far and those until all streams are ended.
    private func rest(of answer: Answer) async throws -> [JSONValue] { try await answer.messages() }

    @Test(
        "A filter of the wrong shape is refused", .proves(.listeningNeedsAFilter),
        arguments: [
            nil, [], "x", true, ["toolsListChanged": 1], ["promptsListChanged": "x"], ["resourceSubscriptions": [1]],
            ["resourceSubscriptions": "x"], ["resourcesListChanged": nil],
        ] as [JSONValue?])
    func filters(filter: JSONValue?) async throws {
        var params: JSONObject = [:]
        params["notifications"] = filter
        let answer = try await Bench().modern("subscriptions/listen", params, id: 2)
        #expect(answer.status == 200)
        #expect(answer.code == -32602)
        #expect(answer.id == 2)
    }

    @Test(
        "Each listen is acknowledged, notified and ended under its own id",
        .proves(
            .listeningIsAcknowledged, .notificationsMatchTheFilter, .streamsListenSideBySide,
            .stopEndsStreamsWithAResult))
    func listens() async throws {
        let bench = try Bench()
        let ids: [JSONValue] = [1, "1", "l1"]
        var answers: [Answer] = []
        for id in ids { answers.append(try await bench.modern("subscriptions/listen", Self.tools, id: id)) }
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.endAll()
        for (id, answer) in zip(ids, answers) {
            let tag: JSONValue = ["io.modelcontextprotocol/subscriptionId": id]
            #expect(
                try await answer.messages() == [
                    [
                        "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
                        "params": ["_meta": tag, "notifications": ["toolsListChanged": true]],
                    ],
                    ["jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": ["_meta": tag]],
                ])
            let finalMessage = try JSONParser.parse(try #require(answer.stream?.finalMessage))
            #expect(finalMessage["id"] == id)
            #expect(finalMessage["result", "resultType"] == "complete")
            #expect(finalMessage["result", "_meta", "io.modelcontextprotocol/subscriptionId"] == id)
            #expect(finalMessage["method"] == nil)
        }
    }

    @Test(
        "Notifications that were not requested, or do not exist, are not sent",
        .proves(.listeningIsAcknowledged, .notificationsMatchTheFilter),
        arguments: [
            [:], ["toolsListChanged": false],
            ["promptsListChanged": true, "resourcesListChanged": true, "resourceSubscriptions": ["file:///x"]],
        ] as [JSONValue])
    func unsupported(filter: JSONValue) async throws {
        let bench = try Bench()
        let answer = try await bench.modern("subscriptions/listen", ["notifications": filter])
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.endAll()
        let messages = try await answer.messages()
        #expect(messages.count == 1)
        #expect(messages.first?["params", "notifications"] == [:])
    }

    @Test("A listen requires a client that accepts event streams")
    func accept() async throws {
        let answer = try await Bench().modern("subscriptions/listen", Self.tools) { $0.acceptsEventStream = false }
        #expect(answer.status == 406)
    }

    @Test("Open streams are limited for each subject, and closing one makes room")
    func limits() async throws {
        let bench = try Bench()
        var open: [Answer] = []
        for _ in 0..<Subscriptions.maximumPerSubject {
            open.append(try await bench.modern("subscriptions/listen", Self.tools))
        }
        let refused = try await bench.modern("subscriptions/listen", Self.tools, id: "more")
        #expect(refused.status == 200)
        #expect(refused.code == -32603)
        #expect(refused.id == "more")
        #expect(try await bench.get(bench.session()).status == 503)
        #expect(try await bench.modern("subscriptions/listen", Self.tools, as: Bench.bob).stream != nil)
        open.removeLast()
        #expect(try await bench.modern("subscriptions/listen", Self.tools).stream != nil)
    }

    @Test("All streams together are limited")
    func totalLimit() async throws {
        let bench = try Bench()
        var open: [Answer] = []
        for number in 0..<Subscriptions.maximum {
            let caller = Caller(subject: "s\(number / 200)", clientID: "app", scopes: [])
            open.append(try await bench.modern("subscriptions/listen", Self.tools, as: caller))
        }
        #expect(bench.server.subscriptions.count == Subscriptions.maximum)
        #expect(try await bench.modern("subscriptions/listen", Self.tools).code == -32603)
        open = []
        #expect(bench.server.subscriptions.count == 0)
    }

    @Test("The stream of a reader that falls behind is ended")
    func slowReader() async throws {
        let bench = try Bench()
        let answer = try await bench.modern("subscriptions/listen", Self.tools)
        for _ in 0..<100 { bench.server.subscriptions.toolsListChanged() }
        #expect(bench.server.subscriptions.count == 0)
        #expect(try await answer.messages().count == 32)
    }

    @Test("Heartbeats reach every stream", .proves(.idleStreamIsKeptAlive))
    func heartbeats() async throws {
        let bench = try Bench()
        let listen = try await bench.modern("subscriptions/listen", Self.tools)
        let get = try await bench.get(bench.session())
        bench.server.subscriptions.heartbeat()
        bench.server.subscriptions.endAll()
        #expect(try await listen.events().last == .heartbeat)
        #expect(try await get.events() == [.heartbeat])
    }

    @Test("After the end no stream opens", .proves(.stopEndsStreamsWithAResult))
    func ended() async throws {
        let bench = try Bench()
        bench.server.subscriptions.endAll()
        let listen = try await bench.modern("subscriptions/listen", Self.tools)
        let get = try await bench.get(bench.session())
        for answer in [listen, get] {
            #expect(answer.code == -32603)
            #expect(answer.message == "The server is stopping: connect again later")
            #expect(answer.explanation?.received == "one that is stopping")
        }
    }

    @Test(
        "Only the newest GET stream of a session gets a message, untagged",
        .proves(.getOpensAStream, .getStreamHasNoResponses, .messageGoesToOneStream))
    func newest() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let other = try await bench.get(bench.session())
        let first = try await bench.get(session)
        let second = try await bench.get(session)
        _ = try await bench.post(Bench.request("ping"), session)
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.endAll()
        let notification: JSONValue = ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"]
        #expect(try await first.messages() == [])
        #expect(try await second.messages() == [notification])
        #expect(try await other.messages() == [notification])
        #expect(first.stream?.finalMessage == nil)
    }

    @Test("When the newest GET stream closes, the previous one takes over", .proves(.messageGoesToOneStream))
    func takeOver() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let first = try await bench.get(session)
        var second: Answer? = try await bench.get(session)
        #expect(second?.stream != nil)
        second = nil
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.endAll()
        #expect(try await first.messages().count == 1)
    }

    @Test("A session's streams end with it", .proves(.deleteEndsTheSession))
    func deletion() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let ended = try await bench.get(session)
        let other = try await bench.get(bench.session())
        #expect(try await ended.stream?.isAlive() == true)
        #expect(try await bench.delete(session).status == 204)
        #expect(try await ended.events() == [])
        #expect(try await ended.stream?.isAlive() == false)
        #expect(try await other.stream?.isAlive() == true)
        bench.clock.advance(by: .seconds(1800))
        #expect(try await other.stream?.isAlive() == false)
    }
}

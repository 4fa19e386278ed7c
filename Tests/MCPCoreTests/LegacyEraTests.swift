import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Legacy sessions (requirements I)") struct LegacyEraTests {
    private static let list = Bench.request("tools/list")

    @Test(
        "An ill-formed initialize opens no session", .proves(.initializeMustBeWellFormed),
        arguments: [
            [:], ["protocolVersion": "2025-11-25", "capabilities": [:]],
            ["protocolVersion": 1, "capabilities": [:], "clientInfo": ["name": "x", "version": "1"]],
            ["protocolVersion": "2025-11-25", "capabilities": [], "clientInfo": ["name": "x", "version": "1"]],
            ["protocolVersion": "2025-11-25", "clientInfo": ["name": "x", "version": "1"]],
            ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "x"]],
        ] as [JSONObject])
    func illFormed(params: JSONObject) async throws {
        let bench = try Bench()
        let answer = try await bench.post(Bench.request("initialize", params, id: "i"))
        #expect(answer.status == 200)
        #expect(answer.code == -32602)
        #expect(answer.id == "i")
        #expect(answer.sessionID == nil)
        #expect(bench.sessions.count == 0)
    }

    @Test(
        "The answer to initialize has the members of its revision", .proves(.initializeResultFitsItsRevision),
        arguments: [
            ("2025-03-26", ["name", "version"]), ("2025-06-18", ["name", "version", "title"]),
            ("2025-11-25", ["name", "version", "title", "description", "websiteUrl"]),
        ])
    func result(version: String, info: [String]) async throws {
        let answer = try await Bench().post(Bench.initialize(version))
        #expect(
            answer.result?.members.map(\.name) == ["protocolVersion", "capabilities", "serverInfo", "instructions"])
        #expect(answer["result", "capabilities"] == ["tools": ["listChanged": true]])
        #expect(answer["result", "serverInfo"]?.object?.members.map(\.name) == info)
    }

    @Test("Session ids are 128 random bits in visible ASCII, stored as a digest", .proves(.sessionIDIsRandom))
    func ids() async throws {
        let bench = try Bench()
        var ids: Set<String> = []
        for _ in 0..<100 {
            let id = try #require(try await bench.session().sessionID.first)
            #expect(id.utf8.count == 32 && id.allSatisfy { $0.isHexDigit && $0.isASCII })
            ids.insert(id)
            #expect(bench.sessions.session(Array(id.utf8), at: bench.clock.now, keptUntil: .seconds(1)) == nil)
        }
        #expect(ids.count == 100)
        // Only the answer to initialize has an id.
        let session = TransportHeaders(sessionID: [try #require(ids.first)])
        #expect(try await bench.post(Self.list, session).sessionID == nil)
    }

    @Test(
        "A session exists only for the subject and client that opened it",
        .proves(.sessionBelongsToItsSubject, .bearerNeededOnEveryRequest))
    func ownership() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let otherClient = Caller(subject: "alice", clientID: "other", scopes: ["user"])
        for caller in [Bench.bob, otherClient] {
            #expect(try await bench.post(Self.list, session, as: caller).status == 404)
            #expect(try await bench.get(session, as: caller).status == 404)
            #expect(try await bench.delete(session, as: caller).status == 404)
        }
        // Another token of the same subject and client works.
        let refreshed = Caller(subject: "alice", clientID: "app", scopes: ["user", "echo"])
        #expect(try await bench.post(Self.list, session, as: refreshed).status == 200)
    }

    @Test(
        "Requests before notifications/initialized are served, and ids may repeat",
        .proves(.initializedIsAccepted, .repeatedIDIsAnswered))
    func tolerance() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        #expect(try await bench.post(Self.list, session).status == 200)
        #expect(try await bench.post(Self.list, session).id == 1)
    }

    @Test(
        "Unknown methods get 200 in a session", .proves(.legacyUnknownMethodIs200),
        arguments: ["logging/setLevel", "prompts/list", "x"])
    func unknownMethods(method: String) async throws {
        let bench = try Bench()
        let answer = try await bench.post(Bench.request(method), bench.session())
        #expect(answer.status == 200)
        #expect(answer.code == -32601)
    }

    @Test("initialize within a session is refused")
    func initializeTwice() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let live = try await bench.post(Bench.initialize("2025-11-25"), session)
        #expect(live.status == 400)
        #expect(live.code == -32600)
        let dead = TransportHeaders(sessionID: ["dead"])
        #expect(try await bench.post(Bench.initialize("2025-11-25"), dead).status == 404)
        #expect(bench.sessions.count == 1)
    }

    @Test("A session ends after 30 idle minutes", .proves(.unknownSessionIs404))
    func idle() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        for _ in 0..<3 {
            bench.clock.advance(by: .seconds(29 * 60))
            #expect(try await bench.post(Self.list, session).status == 200)
        }
        bench.clock.advance(by: .seconds(30 * 60))
        #expect(try await bench.post(Self.list, session).status == 404)
        #expect(try await bench.delete(session).status == 404)
    }

    @Test("A session ends after 24 hours, however often it is used")
    func longest() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        for _ in 1..<24 * 3 {
            bench.clock.advance(by: .seconds(20 * 60))
            #expect(try await bench.post(Self.list, session).status == 200)
        }
        bench.clock.advance(by: .seconds(20 * 60))
        #expect(try await bench.post(Self.list, session).status == 404)
    }

    @Test("A full store drops the session idle for longest")
    func capacity() async throws {
        let bench = try Bench(sessions: MemorySessionStore(capacity: 2))
        let first = try await bench.session()
        bench.clock.advance(by: .seconds(1))
        let second = try await bench.session()
        bench.clock.advance(by: .seconds(1))
        _ = try await bench.post(Self.list, first)
        let third = try await bench.session()
        #expect(try await bench.post(Self.list, first).status == 200)
        #expect(try await bench.post(Self.list, second).status == 404)
        #expect(try await bench.post(Self.list, third).status == 200)
    }

    // MARK: Batches

    @Test("A batch is answered with an array, one response per request", .proves(.batchesAreAnswered))
    func batch() async throws {
        let bench = try Bench()
        let session = try await bench.session("2025-03-26")
        let notification = Bench.notification("notifications/initialized")
        let answer = try await bench.post(
            [
                Bench.request("tools/list", id: 1), notification, Bench.request("ping", id: "1"),
                Bench.request("nope", id: 3), Bench.request("tools/call", ["name": "echo"], id: 4),
            ], session)
        #expect(answer.status == 200)
        let responses = try #require(answer.json?.array)
        #expect(responses.map { $0["id"] } == [1, "1", 3, 4])
        #expect(responses.map { $0["error", "code"] } == [nil, nil, -32601, -32602])
        #expect(
            try await bench.post([Bench.request("ping")], session).json?.text
                == #"[{"jsonrpc":"2.0","id":1,"result":{}}]"#)
        #expect(try await bench.post([notification, notification], session).status == 202)
        #expect(try await bench.post([["jsonrpc": "2.0", "id": 1, "result": [:]]], session).status == 202)
    }

    @Test("An invalid batch is refused as a whole", .proves(.wrongBatchesAreRefused))
    func refusedBatches() async throws {
        let ran = Counted()
        let bench = try Bench([Custom { _, _ in ran.count() }])
        let march = try await bench.session("2025-03-26")
        let ping = Bench.request("ping")
        let call = Bench.request("tools/call", ["name": "custom"])
        let bodies: [JSONValue] = [
            [], [call, Bench.initialize("2025-03-26")], [call, 5], [call, ["jsonrpc": "2.0"]], [call, [ping]],
            .array(Array(repeating: call, count: 101)),
        ]
        for body in bodies {
            let answer = try await bench.post(body, march)
            #expect(answer.status == 400)
            #expect(answer.code == -32600)
            #expect(answer.id == nil)
        }
        for version in ["2025-06-18", "2025-11-25"] {
            let answer = try await bench.post([call], bench.session(version))
            #expect(answer.status == 400)
            #expect(answer.code == -32600)
        }
        #expect(try await bench.post([call]).status == 400)
        #expect(try await bench.post([call], TransportHeaders(sessionID: ["x"])).status == 404)
        #expect(ran.value == 0)
        #expect(try await bench.post(.array(Array(repeating: call, count: 100)), march).json?.array?.count == 100)
        #expect(ran.value == 100)
    }
}

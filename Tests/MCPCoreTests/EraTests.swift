import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Era negotiation (requirements J)") struct EraTests {
    private static let list = Bench.request("tools/list")

    @Test(
        "Full modern requests are served, whatever session they name", .proves(.noSessionIDIsSent, .modernMethodsExist))
    func rows1and2() async throws {
        let bench = try Bench()
        let bobs = try await bench.session(as: Bench.bob).sessionID
        for (method, params) in [
            ("server/discover", [:]), ("tools/list", [:]),
            ("tools/call", ["name": "echo", "arguments": ["message": "hi"]]),
        ] as [(String, JSONObject)] {
            let plain = try await bench.modern(method, params)
            #expect(plain.status == 200)
            #expect(plain["result", "resultType"] == "complete")
            #expect(plain.sessionID == nil)
            for id in [["junk"], bobs] {
                let withSession = try await bench.modern(method, params) { $0.sessionID = id }
                #expect(withSession.json == plain.json)
                #expect(withSession.status == 200)
                #expect(withSession.sessionID == nil)
            }
        }
    }

    @Test(
        "Methods that the modern revision lacks are unknown", .proves(.unknownMethodIs404, .capabilitiesAreTrue),
        arguments: [
            "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/get",
            "prompts/list", "resources/list", "completion/complete", "foo/bar", "notifications/cancelled", "TOOLS/LIST",
        ])
    func row3(method: String) async throws {
        let answer = try await Bench().modern(method, id: 9)
        #expect(answer.status == 404)
        #expect(answer.code == -32601)
        #expect(answer.id == 9)
        #expect(answer.message == "Method not found: \(method)")
    }

    @Test("An unsupported version is answered with the supported ones", .proves(.unsupportedVersionListsSupported))
    func rows4and5() async throws {
        let bench = try Bench()
        let all: JSONValue = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]
        for (version, supported) in [
            ("2099-01-01", all), ("x", all), ("2025-11-25", ["2026-07-28"]), ("2024-11-05", ["2026-07-28"]),
            ("2025-03-26", ["2026-07-28"]),
        ] {
            let answer = try await bench.modern(
                "tools/list", meta: ["io.modelcontextprotocol/protocolVersion": .string(version)]
            ) {
                $0.protocolVersion = [version]
                $0.method = []
            }
            #expect(answer.status == 400)
            #expect(answer.code == -32022)
            #expect(answer["error", "data", "supported"] == supported)
            #expect(answer["error", "data", "requested"] == .string(version))
        }
        let discovered = try await bench.modern("server/discover")
        #expect(discovered["result", "supportedVersions"] == all)
    }

    @Test(
        "A version in the envelope must match the header",
        .proves(.mismatchComesBeforeSupport, .headerMustAgreeWithBody),
        arguments: [[], ["2025-11-25"], ["2099-01-01"], ["2026-07-28", "2026-07-28"], [""]])
    func rows6and7(header: [String]) async throws {
        let answer = try await Bench().modern("tools/list", id: "x") { $0.protocolVersion = header }
        #expect(answer.status == 400)
        #expect(answer.code == -32020)
        #expect(answer.id == "x")
    }

    @Test("A version mismatch is reported before an unsupported version", .proves(.mismatchComesBeforeSupport))
    func disagreementFirst() async throws {
        let bench = try Bench()
        let meta: JSONObject = ["io.modelcontextprotocol/protocolVersion": "v999"]
        #expect(try await bench.modern("tools/list", meta: meta).code == -32020)
        #expect(try await bench.modern("tools/list", meta: meta) { $0.protocolVersion = ["v999"] }.code == -32022)
    }

    @Test(
        "A modern header does not replace the envelope", .proves(.envelopeComesBeforeHeaders, .envelopeIsRequired),
        arguments: ["tools/list", "initialize", "ping", "tools/call", "server/discover"],
        [
            nil, [:], ["_meta": [:]], ["_meta": []],
            ["_meta": ["io.modelcontextprotocol/clientCapabilities": [:]]],
        ] as [JSONObject?])
    func row8(method: String, params: JSONObject?) async throws {
        let bench = try Bench()
        let headers = TransportHeaders(protocolVersion: ["2026-07-28"], method: [method])
        let answer = try await bench.post(Bench.request(method, params, id: 7), headers)
        #expect(answer.status == 400)
        #expect(answer.code == -32602)
        #expect(answer.id == 7)
        #expect(answer.message?.contains("io.modelcontextprotocol/protocolVersion") == true)
    }

    @Test(
        "An unknown version header without an envelope is answered with the supported versions",
        .proves(.versionHeaderIsChecked))
    func row9() async throws {
        let bench = try Bench()
        for version in ["1999-01-01", "2024-11-05", "", "2025-11-25, 2025-11-25"] {
            var headers = try await bench.session()
            headers.protocolVersion = [version]
            for body in [Self.list, Bench.notification("notifications/initialized"), [Self.list]] {
                let answer = try await bench.post(body, headers)
                #expect(answer.status == 400)
                #expect(answer.code == -32022)
                #expect(answer["error", "data", "requested"] == .string(version))
                #expect(answer.id == body.object?["id"])
            }
        }
    }

    @Test(
        "initialize is answered with a version that has a handshake", .proves(.initializeAgreesOnAVersion),
        arguments: [
            ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
            ("2026-07-28", "2025-11-25"), ("2024-11-05", "2025-11-25"), ("x", "2025-11-25"), ("", "2025-11-25"),
        ],
        [[], ["2025-06-18"]])
    func rows10to12(versions: (asked: String, answered: String), header: [String]) async throws {
        let answer = try await Bench().post(
            Bench.initialize(versions.asked), TransportHeaders(protocolVersion: header))
        #expect(answer.status == 200)
        #expect(answer["result", "protocolVersion"] == .string(versions.answered))
        #expect(answer.sessionID != nil)
    }

    @Test(
        "Legacy requests live in sessions",
        .proves(
            .sessionIDIsNeeded, .unknownSessionIs404, .versionHeaderIsChecked, .pingIsAnswered,
            .legacyUnknownMethodIs200, .errorsEchoReadableIDs))
    func rows13to18() async throws {
        let bench = try Bench()
        let none = try await bench.post(Self.list)
        #expect(none.status == 400)
        #expect(none.code == -32600)
        #expect(none.id == 1)
        #expect(none.message?.contains("initialize") == true && none.message?.contains("_meta") == true)

        var session = try await bench.session("2025-06-18")
        for header in [["2025-06-18"], [], ["2025-03-26"], ["2025-11-25"]] {
            session.protocolVersion = header
            let answer = try await bench.post(Self.list, session)
            #expect(answer.status == 200)
            // Served by the negotiated version, whose tools have titles.
            #expect(answer["result", "tools"]?.array?.first?["title"] != nil)
        }
        let unknown = try await bench.post(Self.list, TransportHeaders(sessionID: ["nope"]))
        #expect(unknown.status == 404)
        #expect(unknown.id == 1)

        let discover = try await bench.post(Bench.request("server/discover"), session)
        #expect(discover.status == 200)
        #expect(discover.code == -32601)
        let ping = try await bench.post(Bench.request("ping", id: "p"), session)
        #expect(ping.json?.text == #"{"jsonrpc":"2.0","id":"p","result":{}}"#)
    }

    @Test(
        "Notifications and responses get no body",
        .proves(.initializedIsAccepted, .legacyNotificationIs202, .notificationIs202, .responsesAndBatchesAreRefused))
    func rows20to23() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let modern = TransportHeaders(protocolVersion: ["2026-07-28"])
        let initialized = Bench.notification("notifications/initialized")
        #expect(try await bench.post(initialized, session).status == 202)
        #expect(try await bench.post(initialized).status == 400)
        #expect(try await bench.post(initialized, modern).status == 202)
        #expect(try await bench.post(Bench.notification("foo"), session).status == 202)
        let cancelled = Bench.notification("notifications/cancelled", ["requestId": 77])
        #expect(try await bench.post(cancelled, session).status == 202)
        for response in [
            ["jsonrpc": "2.0", "id": 1, "result": [:]],
            ["jsonrpc": "2.0", "id": 1, "error": ["code": 1, "message": "x"]],
        ] as [JSONValue] {
            #expect(try await bench.post(response, session).status == 202)
            let refused = try await bench.post(response, modern)
            #expect(refused.status == 400)
            #expect(refused.code == -32600)
        }
    }

    @Test(
        "GET and DELETE are legacy",
        .proves(.onlyPostIsAllowed, .deleteEndsTheSession, .unknownSessionIs404, .versionHeaderIsChecked))
    func rows26to28() async throws {
        let bench = try Bench()
        let modern = TransportHeaders(protocolVersion: ["2026-07-28"], sessionID: ["x"])
        let unknownVersion = TransportHeaders(protocolVersion: ["2024-11-05"])
        for send in [bench.get, bench.delete] {
            let refused = try await send(modern, Bench.alice)
            #expect(refused.status == 405)
            #expect(refused.allow == "POST")
            #expect(try await send(TransportHeaders(), Bench.alice).status == 400)
            #expect(try await send(unknownVersion, Bench.alice).status == 400)
            #expect(try await send(TransportHeaders(sessionID: ["x"]), Bench.alice).status == 404)
        }
        var session = try await bench.session()
        #expect(try await bench.get(session).stream != nil)
        session.acceptsEventStream = false
        #expect(try await bench.get(session).status == 406)
        #expect(try await bench.delete(session).status == 204)
        #expect(try await bench.delete(session).status == 404)
        #expect(try await bench.get(session).status == 404)
        #expect(try await bench.post(Self.list, session).status == 404)
    }

    @Test("Only the version key makes a request modern")
    func claims() async throws {
        let bench = try Bench()
        let session = try await bench.session()
        let related: JSONObject = ["_meta": ["io.modelcontextprotocol/related-task": [:], "progressToken": 1]]
        let legacy = try await bench.post(Bench.request("tools/list", related), session)
        #expect(legacy.status == 200)
        #expect(legacy["result", "resultType"] == nil)
        let malformed: JSONObject = ["_meta": ["io.modelcontextprotocol/protocolVersion": 5]]
        let modern = try await bench.post(Bench.request("tools/list", malformed), session)
        #expect(modern.status == 400)
        #expect(modern.code == -32602)
    }

    @Test("Both eras are served side by side", .proves(.erasWorkSideBySide, .requestsAreStateless))
    func interleaved() async throws {
        let bench = try Bench()
        let session = try await bench.session("2025-03-26")
        let modern = try await bench.modern("tools/list")
        let legacy = try await bench.post(Self.list, session)
        for _ in 0..<3 {
            #expect(try await bench.modern("tools/list").json == modern.json)
            #expect(try await bench.post(Self.list, session).json == legacy.json)
        }
        #expect(modern["result"] != legacy["result"])
    }

    @Test("The first listed tool can be called without arguments")
    func firstTool() async throws {
        let bench = try Bench([Echo()])
        let name = try #require(
            try await bench.modern("tools/list")["result", "tools"]?.array?.first?["name"]?.string)
        let answer = try await bench.modern("tools/call", ["name": .string(name), "arguments": [:]])
        #expect(answer["error"] == nil)
        #expect(answer["result", "isError"] == true)
    }
}

import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("The doctor and the rules of MCP")
struct DoctorRuleTests {
    private static func examine(_ sound: SoundServer) async throws -> Diagnosis {
        var found: Diagnosis?
        try await ScriptedServer.run { server in
            sound.serve(at: server)
            try await Bench.run { bench in
                found = try await Doctor(
                    server: server.mcpURL, web: bench.web, agent: bench.person, client: Bench.client
                ).examine()
            }
        }
        return try #require(found)
    }

    @Test(
        "A correct server is healthy: with sessions, without them, and stateless",
        arguments: SoundServer.Kind.allCases)
    func healthy(_ kind: SoundServer.Kind) async throws {
        let diagnosis = try await Self.examine(SoundServer(kind))
        #expect(diagnosis.isHealthy && diagnosis.obstacle == nil, "\(diagnosis.text)")
        let passed = diagnosis.findings.filter { $0.outcome == .passed }.map(\.check)
        #expect(passed.contains(.tools) && passed.contains(.toolCall), "\(diagnosis.text)")
        #expect(passed.contains(.notifications) && passed.contains(.unknownMethod) && passed.contains(.negotiation))
        let legacy: [DoctorCheck] = [.handshake, .ping, .eventStream, .session, .endedSession]
        #expect(legacy.allSatisfy { passed.contains($0) == (kind != .stateless) }, "\(diagnosis.text)")
        #expect(passed.contains(.results) == (kind == .stateless))
        // Each check once, and each line with one full stop.
        #expect(diagnosis.findings.map(\.check) == DoctorCheck.allCases)
        #expect(!diagnosis.text.contains("..") && !diagnosis.junit.contains(".."), "\(diagnosis.text)")
    }

    @Test("A server of an older revision only is healthy too", arguments: ["2025-06-18", "2025-03-26"])
    func older(_ version: String) async throws {
        for kind in [SoundServer.Kind.withSessions, .withoutSessions] {
            let diagnosis = try await Self.examine(SoundServer(kind, version: version))
            #expect(diagnosis.isHealthy && diagnosis.obstacle == nil, "\(diagnosis.text)")
            #expect(diagnosis.findings.first { $0.check == .toolCall }?.outcome == .passed, "\(diagnosis.text)")
            #expect(diagnosis.findings.first { $0.check == .endedSession }?.outcome == .passed, "\(diagnosis.text)")
        }
    }

    @Test("Tokens that come with another status than 200 are noted and used")
    func tokenStatus() async throws {
        try await ScriptedServer.run { server in
            SoundServer(.withSessions).serve(at: server)
            server.serve("/token") { asked in
                let usual = try await server.honest(asked)
                let isSuccess = usual.status == .ok
                return HTTPResponse(isSuccess ? HTTPStatus(201) : usual.status, fields: usual.fields, body: usual.body)
            }
            try await Bench.run { bench in
                let diagnosis = try await Doctor(
                    server: server.mcpURL, web: bench.web, agent: bench.person, client: Bench.client
                ).examine()
                for check in [DoctorCheck.token, .refresh] {
                    let finding = diagnosis.findings.first { $0.check == check }
                    #expect(finding?.outcome == .note && finding?.seen.contains("status 201") == true)
                }
                #expect(diagnosis.findings.first { $0.check == .toolCall }?.outcome == .passed, "\(diagnosis.text)")
            }
        }
    }

    /// One changed answer, and the finding about it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let outcome: Diagnosis.Outcome
        let check: DoctorCheck
        let seen: String
        let kind: SoundServer.Kind
        let change: SoundServer.Change
        var testDescription: String { "\(outcome) \(check): \(seen)" }
    }

    private static func fault(
        _ outcome: Diagnosis.Outcome, _ check: DoctorCheck, _ seen: String, _ kind: SoundServer.Kind,
        _ change: @escaping SoundServer.Change
    ) -> Fault {
        Fault(outcome: outcome, check: check, seen: seen, kind: kind, change: change)
    }

    /// The same for a server with sessions.
    private static func fault(
        _ outcome: Diagnosis.Outcome, _ check: DoctorCheck, _ seen: String, _ change: @escaping SoundServer.Change
    ) -> Fault {
        fault(outcome, check, seen, .withSessions, change)
    }

    /// Another answer to one method; `response` stands for a message without one.
    private static func answering(
        _ method: String, _ answer: @escaping @Sendable (ScriptedServer.Asked) -> HTTPResponse
    ) -> SoundServer.Change {
        { asked, usual in
            let isResponse = asked.method.isEmpty && asked.request.method == .post
            return asked.method == method || method == "response" && isResponse ? answer(asked) : usual
        }
    }

    /// The usual result of one method, changed.
    private static func result(
        of method: String, _ change: @escaping @Sendable (JSONObject) -> JSONObject
    ) -> SoundServer.Change {
        { asked, usual in
            guard asked.method == method, case .bytes(let bytes) = usual.body,
                let message = (try? JSONParser.parse(bytes))?.object, let result = message["result"]?.object
            else { return usual }
            var answer = usual
            answer.body = .bytes(JSONWriter.bytes(of: message.adding(["result": .object(change(result))])))
            return answer
        }
    }

    private static func text(_ text: String, _ status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(
            status, fields: HTTPFields([("Content-Type", "application/json")]), body: .bytes(Array(text.utf8)))
    }

    private static let initialized = "notifications/initialized"

    /// 202 without a body, which clients built on rmcp require.
    private static let acceptance =
        SoundServer.Kind.allCases.filter { $0 != .stateless }.flatMap { kind in
            [
                fault(
                    .failed, .notifications, "status 200 and a body of 4", kind,
                    answering(initialized) { _ in text("null") }),
                fault(.failed, .notifications, "status 200", kind, answering(initialized) { _ in HTTPResponse(.ok) }),
                fault(
                    .failed, .notifications, "status 204", kind,
                    answering(initialized) { _ in HTTPResponse(.noContent) }),
                fault(
                    .failed, .notifications, "status 202 and a body", kind,
                    answering(initialized) { _ in text("{}", .accepted) }),
                fault(
                    .failed, .notifications, "status 400", kind,
                    answering(initialized) { _ in HTTPResponse(.badRequest) }),
                fault(
                    .failed, .notifications, "initialized gets status 200 and a body", kind,
                    answering(initialized) { .error(-32601, "Method not found", to: $0) }),
                fault(
                    .failed, .notifications, "a response gets status 200", kind,
                    answering("response") { _ in HTTPResponse(.ok) }),
                fault(
                    .failed, .notifications, "a response gets status 500", kind,
                    answering("response") { _ in HTTPResponse(.internalServerError) }),
            ]
        } + [
            fault(
                .failed, .notifications, "cancelled gets status 200", .stateless,
                answering("notifications/cancelled") { _ in text("{}") })
        ]

    private static let handshakes = [
        fault(.failed, .handshake, "lacks serverInfo", result(of: "initialize") { $0.without("serverInfo") }),
        fault(
            .failed, .handshake, "lacks serverInfo.version",
            result(of: "initialize") { $0.adding(["serverInfo": ["name": "x"]]) }),
        fault(.failed, .handshake, "other than visible ASCII", .withoutSessions) { asked, usual in
            var answer = usual
            if asked.method == "initialize" { answer.fields.append("Mcp-Session-Id", "a b") }
            return answer
        },
        fault(
            .failed, .negotiation, "initialize with 2999-12-31 gets status 200", .withoutSessions,
            refusing(unknown: "2999-12-31")),
        fault(.note, .negotiation, "answered with that", .withoutSessions, echoingVersion),
        fault(.failed, .ping, "it gets status 500", answering("ping") { _ in HTTPResponse(.internalServerError) }),
        fault(.note, .ping, "error -32601", answering("ping") { .error(-32601, "Method not found", to: $0) }),
        fault(.failed, .eventStream, "status 200 with application/json") {
            $0.request.method == .get ? text("{}") : $1
        },
        fault(.failed, .eventStream, "status 202") { $0.request.method == .get ? HTTPResponse(.accepted) : $1 },
        fault(.failed, .eventStream, "status 500") {
            $0.request.method == .get ? HTTPResponse(.internalServerError) : $1
        },
        fault(.note, .eventStream, "status 400") { $0.request.method == .get ? HTTPResponse(.badRequest) : $1 },
        fault(
            .failed, .unknownMethod, "status 404",
            answering("doctor/unknown") { .error(-32601, "no", to: $0, status: .notFound) }),
        fault(.note, .unknownMethod, "a result", answering("doctor/unknown") { .result([:], to: $0) }),
        fault(.failed, .unknownMethod, "error none", answering("doctor/unknown") { _ in HTTPResponse(.badRequest) }),
        fault(.note, .unknownMethod, "error -32600", answering("doctor/unknown") { .error(-32600, "no", to: $0) }),
    ]

    private static func refusing(unknown version: String) -> SoundServer.Change {
        { asked, usual in
            asked.message["params"]?.object?["protocolVersion"]?.string == version
                ? .error(-32602, "Unsupported protocol version", to: asked) : usual
        }
    }

    private static let echoingVersion: SoundServer.Change = { asked, usual in
        guard let wanted = asked.message["params"]?.object?["protocolVersion"] else { return usual }
        return result(of: "initialize") { $0.adding(["protocolVersion": wanted]) }(asked, usual)
    }

    private static let results = [
        fault(
            .failed, .results, "server/discover lacks resultType", .stateless,
            result(of: "server/discover") { $0.without("resultType") }),
        fault(
            .failed, .results, "tools/list lacks ttlMs", .stateless,
            result(of: "tools/list") { $0.adding(["ttlMs": "0"]) }),
        fault(
            .failed, .results, "tools/list lacks ttlMs", .stateless,
            result(of: "tools/list") { $0.adding(["ttlMs": -1]) }),
        fault(
            .failed, .results, "tools/list lacks cacheScope", .stateless,
            result(of: "tools/list") { $0.adding(["cacheScope": "all"]) }),
        fault(.failed, .results, "tools/list comes with Mcp-Session-Id", .stateless) { asked, usual in
            var answer = usual
            if asked.method == "tools/list" { answer.fields.append("Mcp-Session-Id", "s") }
            return answer
        },
        fault(.failed, .negotiation, "does not say in data.supported", .stateless, refusing32022(.badRequest, [:])),
        fault(
            .failed, .negotiation, "comes with status 200", .stateless,
            refusing32022(.ok, ["supported": ["2026-07-28"]])),
        fault(.note, .negotiation, "no error -32022", .stateless) { asked, usual in
            asked.request.fields.first("mcp-protocol-version") == "2999-12-31" ? ScriptedServer.mcp(asked) : usual
        },
        fault(
            .note, .unknownMethod, "status 200, error -32601", .stateless,
            answering("doctor/unknown") { .error(-32601, "no", to: $0) }),
        fault(
            .failed, .unknownMethod, "status 404, error none", .stateless,
            answering("doctor/unknown") { _ in HTTPResponse(.notFound) }),
    ]

    private static func refusing32022(_ status: HTTPStatus, _ data: JSONObject) -> SoundServer.Change {
        { asked, usual in
            asked.request.fields.first("mcp-protocol-version") == "2999-12-31"
                ? .error(-32022, "Unsupported protocol version", data: data, to: asked, status: status) : usual
        }
    }

    /// Definitions and results that cost a strict client the list or the call.
    private static let tools =
        SoundServer.Kind.allCases.flatMap { kind in
            [
                fault(
                    .note, .tools, "nextCursor is the same again", kind,
                    result(of: "tools/list") {
                        $0.adding(["nextCursor": "again"])
                    }),
                fault(
                    .note, .tools, "nextCursor is no text", kind,
                    result(of: "tools/list") { $0.adding(["nextCursor": 1]) }),
                fault(.failed, .tools, "has no inputSchema", kind, listing(SoundServer.tool.without("inputSchema"))),
                fault(.failed, .tools, "lacks \"type\"", kind, listing(SoundServer.tool.adding(["inputSchema": [:]]))),
                fault(
                    .failed, .toolCall, "a result without content", kind,
                    result(of: "tools/call") { $0.without("content") }),
                fault(
                    .failed, .toolCall, "no structuredContent", kind,
                    result(of: "tools/call") { $0.without("structuredContent") }),
                fault(
                    .failed, .toolCall, "does not fit the tool's schema", kind,
                    result(of: "tools/call") { $0.adding(["structuredContent": ["n": "one"]]) }),
            ]
        } + [
            fault(.failed, .tools, "no such capability", result(of: "initialize") { $0.adding(["capabilities": [:]]) })
        ]

    private static func listing(_ tool: JSONObject) -> SoundServer.Change {
        result(of: "tools/list") { $0.adding(["tools": [.object(tool)]]) }
    }

    @Test(
        "A violation is reported once, by its own check, and nothing else is",
        arguments: acceptance + handshakes + results + tools)
    func broken(_ fault: Fault) async throws {
        let usual = try await Self.examine(SoundServer(fault.kind)).said
        let diagnosis = try await Self.examine(SoundServer(fault.kind, change: fault.change))
        let new = diagnosis.said.filter { finding in !usual.contains { $0.check == finding.check } }
        #expect(new.map(\.check) == [fault.check], "\(diagnosis.text)")
        #expect(new.first?.outcome == fault.outcome, "\(diagnosis.text)")
        #expect(new.first?.seen.contains(fault.seen) == true, "\(diagnosis.text)")
    }

    @Test("A server without tools is healthy, whether it answers tools/list or not")
    func noTools() async throws {
        for isAnswered in [true, false] {
            let diagnosis = try await Self.examine(
                SoundServer(.withoutSessions) { asked, usual in
                    switch asked.method {
                    case "initialize": Self.result(of: "initialize") { $0.adding(["capabilities": [:]]) }(asked, usual)
                    case "tools/list" where isAnswered: .result(["tools": []], to: asked)
                    case "tools/list": .error(-32601, "Method not found", to: asked)
                    default: usual
                    }
                })
            #expect(diagnosis.isHealthy, "\(diagnosis.text)")
            #expect(diagnosis.findings.first { $0.check == .tools }?.outcome == .passed)
        }
    }

    @Test("A server that fails on the newest revision is reported, and the other checks are made")
    func fallsOver() async throws {
        let diagnosis = try await Self.examine(
            SoundServer(.withSessions) { asked, usual in
                asked.request.fields.first("mcp-protocol-version") == "2026-07-28"
                    ? HTTPResponse(.internalServerError) : usual
            })
        #expect(diagnosis.findings.filter { $0.outcome == .failed }.map(\.check) == [.modern], "\(diagnosis.text)")
        #expect(diagnosis.findings.first { $0.check == .toolCall }?.outcome == .passed, "\(diagnosis.text)")
    }
}

extension Diagnosis {
    /// The failures and notes.
    fileprivate var said: [Finding] { findings.filter { [.failed, .note].contains($0.outcome) } }
}

import HTTPEdge
import MCPCore
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Which message answers a request")
struct AnswerTests {
    @Test(
        "The id as text is accepted, and an error without an id; a request or a foreign id is not",
        .proves(.answersAreReadInPieces),
        arguments: [
            (["id": 7, "result": [:]], true), (["id": "7", "result": [:]], true),
            (["id": "7", "error": ["code": 1]], true), (["id": nil, "error": ["code": 1]], true),
            (["error": ["code": 1]], true), (["error": "no"], true), (["id": nil, "result": [:]], false),
            (["result": [:]], false), (["id": 8, "result": [:]], false), (["id": "07", "result": [:]], false),
            (["id": "8", "error": ["code": 1]], false), (["id": 7, "method": "ping"], false),
            (["id": nil, "method": "ping", "error": [:]], false), ([:], false),
            (["id": 7.0, "result": [:]], true), (["id": 7, "method": nil, "result": [:]], true),
            (["id": nil, "error": nil, "result": [:]], false), (["id": 7.5, "result": [:]], false),
        ] as [(JSONObject, Bool)])
    func answers(_ message: JSONObject, _ expected: Bool) {
        #expect(AnswerReader.answers(message, 7) == expected)
    }

    private static func error(_ id: JSONValue?, _ error: JSONValue) -> JSONObject {
        var message: JSONObject = ["jsonrpc": "2.0", "error": error]
        message["id"] = id
        return message
    }

    @Test(
        "The message of an error without an id, or with another one, is reported",
        arguments: [true, false], [nil, .null, "", "server-error", 0, 4711] as [JSONValue?])
    func words(_ isStream: Bool, _ id: JSONValue?) async throws {
        for era in [EraChoice.automatic, .legacy] {
            let message = Self.error(id, ["code": -32000, "message": "out of paper", "data": 5])
            let answer: @Sendable (ScriptedServer.Asked) async throws -> HTTPResponse = { _ in
                isStream ? .stream { send in try await send(message) } : .json(message)
            }
            let script =
                era == .legacy ? ScriptedServer.servingSessions(call: answer) : ScriptedServer.serving(call: answer)
            try await ScriptedServer.run(["/mcp": script]) { server in
                try await Bench.run { bench in
                    let connection = try bench.connection(server.mcpURL, era: era)
                    let error = await #expect(throws: RemoteError.self) { try await connection.call("echo") }
                    #expect(error?.code == -32000 && error?.message == "out of paper" && error?.data == 5)
                }
            }
        }
    }

    @Test("An error that is null is none", arguments: [EraChoice.automatic, .legacy])
    func nullError(_ era: EraChoice) async throws {
        let addNull: @Sendable (HTTPResponse) -> HTTPResponse = { response in
            guard case .bytes(let bytes) = response.body, var message = (try? JSONParser.parse(bytes))?.object else {
                return response
            }
            message["error"] = .null
            message["method"] = .null
            return HTTPResponse(response.status, fields: response.fields, body: .bytes(JSONWriter.bytes(of: message)))
        }
        let honest: ScriptedServer.Script =
            era == .legacy
            ? ScriptedServer.servingSessions(call: { ScriptedServer.legacyMCP($0) })
            : ScriptedServer.serving(call: { ScriptedServer.mcp($0) })
        try await ScriptedServer.run(["/mcp": { addNull(try await honest($0)) }]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL, era: era)
                #expect(try await connection.tools().tools.count == 1)
                #expect(try await connection.call("echo").text == "hello")
            }
        }
    }

    @Test("Members that are null count as absent")
    func nullMembers() throws {
        #expect(try ModernResult.stateToReturn(["resultType": nil]) == nil)
        #expect(throws: ClientError.self) {
            try ModernResult.stateToReturn(["resultType": "input_required", "requestState": nil])
        }
        #expect(LegacyMessage.answer(to: ["id": nil, "method": "notifications/progress"]) == nil)
        let modern = BridgeMessage.modern(["resultType": nil, "ttlMs": nil, "cacheScope": nil], method: "tools/list")
        #expect(modern["resultType"] == "complete" && modern["ttlMs"] == 0 && modern["cacheScope"] == "private")
        let tool = try RemoteTool(["name": "t", "outputSchema": ["type": "object"]])
        #expect(tool.warnings(about: ["isError": true, "structuredContent": nil]).isEmpty)
    }

    @Test("An error about another request does not hide the answer that follows it", .proves(.answersAreReadInPieces))
    func strayError() async throws {
        let script = ScriptedServer.serving(call: { asked in
            .stream { send in
                try await send(Self.error(4711, ["code": 1, "message": "not yours"]))
                try await send(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": ["content": []]])
            }
        })
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.call("echo").text == "")
            }
        }
    }

    @Test(
        "An error that is not an object is reported as far as possible",
        arguments: [("no" as JSONValue, "no"), (5, "no message")])
    func oddErrors(_ error: JSONValue, _ words: String) async throws {
        let script = ScriptedServer.serving(call: { asked in .json(Self.error(asked.message["id"], error)) })
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let error = await #expect(throws: RemoteError.self) { try await connection.call("echo") }
                #expect(error?.message == words)
            }
        }
    }

    @Test("All events of an answer together have a size limit", .timeLimit(.minutes(1)))
    func streamLimit() async throws {
        let script = ScriptedServer.serving(call: { _ in
            .stream { send in
                while true {
                    try await send([
                        "jsonrpc": "2.0", "method": "notifications/message",
                        "params": ["data": .string(String(repeating: "x", count: 10_000))],
                    ])
                }
            }
        })
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run({ $0.streamBytes = 100_000 }) { bench in
                let connection = try bench.connection(server.mcpURL)
                let error = await failure { _ = try await connection.call("echo") }
                #expect(error?.problem.hasSuffix("sent more than 100000 bytes of events and no answer.") == true)
            }
        }
    }
}

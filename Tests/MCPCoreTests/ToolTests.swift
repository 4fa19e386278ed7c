import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Tools in every revision (requirements K, I.6)") struct ToolTests {
    static let versions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]

    /// Calls a method in the form of a revision.
    private func send(
        _ method: String, _ params: JSONObject = [:], to bench: Bench, version: String
    ) async throws -> Answer {
        if version == "2026-07-28" { return try await bench.modern(method, params, id: 4) }
        return try await bench.post(Bench.request(method, params, id: 4), bench.session(version))
    }

    @Test(
        "Each revision gets the members that it defines", .proves(.toolsAreWellFormed, .toolListFitsItsRevision),
        arguments: versions)
    func definitions(version: String) async throws {
        let answer = try await send("tools/list", to: Bench([Echo()]), version: version)
        let old = version == "2025-03-26"
        let title = old ? "" : #""title":"Echo","#
        let output =
            old
            ? ""
            : #""outputSchema":{"type":"object","properties":{"echo":{"type":"string"},"length":{"type":"integer"}},"required":["echo","length"]},"#
        #expect(
            answer["result", "tools"]?.text
                == #"[{"name":"echo",\#(title)"description":"Returns the given message and its length.","inputSchema":{"type":"object","properties":{"message":{"type":"string","description":"Text to return"}},"required":["message"],"additionalProperties":false},\#(output)"annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}}]"#
        )
        if version != "2026-07-28" { #expect(answer.result?.members.map(\.name) == ["tools"]) }
    }

    @Test(
        "Each revision gets its own form of result",
        .proves(
            .structuredContentIsRepeated, .resultShapeFitsTheRevision, .callResultFitsItsRevision,
            .resultsSayTheyAreComplete, .resultsNameTheServer, .cachingHintsAreRight), arguments: versions)
    func results(version: String) async throws {
        let answer = try await send(
            "tools/call", ["name": "echo", "arguments": ["message": "hi"]], to: Bench(), version: version)
        var expected: JSONObject = [
            "content": [["type": "text", "text": #"{"echo":"hi","length":2}"#]],
            "structuredContent": ["echo": "hi", "length": 2], "isError": false,
        ]
        if version == "2025-03-26" { expected["structuredContent"] = nil }
        if version == "2026-07-28" {
            expected["resultType"] = "complete"
            expected["_meta"] = .object(Bench.description.resultMeta)
        }
        #expect(answer.status == 200)
        #expect(answer.json == ["jsonrpc": "2.0", "id": 4, "result": .object(expected)])
    }

    @Test(
        "A number keeps its point in text and structured content",
        .proves(.resultShapeFitsTheRevision, .structuredContentIsRepeated))
    func timestamp() async throws {
        let answer = try await Bench().modern("tools/call", ["name": "clock"])
        #expect(answer["result", "structuredContent"]?.text == #"{"timestamp":1795226584.0}"#)
        #expect(
            answer["result", "content"]?.array?.first?["text"]?.string == #"{"timestamp":1795226584.0}"#)
    }

    @Test(
        "Wrong arguments are reported to the model, or to the client in old revisions",
        .proves(.badArgumentsAreExplained), arguments: versions)
    func wrongArguments(version: String) async throws {
        let bench = try Bench()
        for (arguments, explanation) in [
            ([:], "'message' is required and must be a string"), (["message": 5], "'message' must be a string"),
            (["message": "a", "x": 1], "'x' is no argument here, leave it out (known: 'message')"),
        ] as [(JSONObject, String)] {
            let answer = try await send(
                "tools/call", ["name": "echo", "arguments": .object(arguments)], to: bench, version: version)
            let text = "Invalid arguments for echo: \(explanation)."
            #expect(answer.status == 200)
            if version == "2025-06-18" || version == "2025-03-26" {
                #expect(answer.code == -32602)
                #expect(answer.message == text)
            } else {
                #expect(answer["result", "isError"] == true)
                #expect(answer["result", "content"] == [["type": "text", "text": .string(text)]])
                #expect(answer["result", "structuredContent"] == nil)
            }
        }
    }

    @Test("Absent arguments are an empty object", .proves(.unknownToolIsAnError), arguments: versions)
    func absentArguments(version: String) async throws {
        let answer = try await send("tools/call", ["name": "clock"], to: Bench(), version: version)
        #expect(answer["result", "isError"] == false)
    }

    @Test(
        "A malformed call, or one of an unknown tool, is a JSON-RPC error",
        .proves(.unknownToolIsAnError, .legacyUnknownToolIsAnError), arguments: versions)
    func wrongCalls(version: String) async throws {
        let bench = try Bench()
        for (params, message) in [
            (["name": "nope"], "Unknown tool: nope"), (["name": "Echo"], "Unknown tool: Echo"),
            (["name": "echo", "arguments": nil], nil), (["name": "echo", "arguments": []], nil),
            (["name": "echo", "arguments": "x"], nil), ([:], nil), (["name": 5], nil), (["name": nil], nil),
        ] as [(JSONObject, String?)] {
            let answer = try await send("tools/call", params, to: bench, version: version)
            #expect(answer.status == 200)
            #expect(answer.code == -32602)
            #expect(answer.id == 4)
            if let message { #expect(answer.message == message) }
        }
    }

    @Test(
        "A tool's failure is a result, the server's is an error without details", .proves(.toolFailureIsAResult),
        arguments: versions)
    func failures(version: String) async throws {
        struct Secret: Error { let password = "hunter2" }
        let bench = try Bench([
            Custom(name: "fails") { _, _ in throw ToolFailure("No such city: try Paris.") },
            Custom(name: "breaks") { _, _ in throw Secret() },
            Custom(name: "lies", outputSchema: Echo().outputSchema) { _, _ in ["echo": 5] },
        ])
        let failed = try await send("tools/call", ["name": "fails"], to: bench, version: version)
        #expect(failed["result", "isError"] == true)
        #expect(failed["result", "content"] == [["type": "text", "text": "No such city: try Paris."]])
        for name in ["breaks", "lies"] {
            let broken = try await send("tools/call", ["name": .string(name)], to: bench, version: version)
            #expect(broken.status == 200)
            #expect(broken["error"] == ["code": -32603, "message": "Internal error"])
        }
    }

    @Test("The explanation of a failed call has the facts of the server and those of the tool")
    func explanations() async throws {
        struct Unforeseen: Error {}
        let bench = try Bench([
            Custom(name: "fails") { _, _ in throw ToolFailure("No such city.") },
            Custom(name: "explains") { _, _ in
                throw ToolFailure("No such city.", Explanation(expected: "a city", hint: "Try Paris."))
            },
            Custom(name: "breaks") { _, _ in throw Unforeseen() },
            Custom(name: "lies", outputSchema: Echo().outputSchema) { _, _ in ["echo": 5] },
        ])
        func explanation(_ name: String, _ arguments: JSONObject) async throws -> Explanation? {
            let call: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
            let answer = try await bench.modern("tools/call", call)
            return answer.explanation
        }
        let failed = try await explanation("fails", ["city": "x"])
        #expect(failed?.expected == "a call that the tool can carry out")
        #expect(failed?.received == "arguments with 'city'")
        let explained = try await explanation("explains", [:])
        #expect(explained == Explanation(expected: "a city", hint: "Try Paris."))
        let broken = try await explanation("breaks", [:])
        #expect(broken?.received == "a failure that the tool does not foresee")
        let wrong = try await explanation("lies", [:])
        #expect(wrong?.expected == "a result that fits the tool's outputSchema")
        #expect(wrong?.received == "one that does not")
    }

    @Test(
        "Echo returns any text unchanged", .proves(.textIsUTF8, .structuredContentIsRepeated),
        arguments: [
            "", "héllo 🚀", "\"\\/\n\r\t\0\u{1F}", "\u{2028}\u{2029}", "e\u{301}\u{E9}", "</script>",
            "🏳️‍🌈\u{10FFFF}\u{FFFD}",
            String(repeating: "ä", count: 50_000),
        ],
        [Policy.PostResponses.json, .sse])
    func unicode(text: String, responses: Policy.PostResponses) async throws {
        let bench = try Bench(policy: Policy(postResponses: responses))
        let answer = try await bench.modern("tools/call", ["name": "echo", "arguments": ["message": .string(text)]])
        let message: JSONValue
        if answer.stream == nil {
            message = try #require(answer.json)
        } else {
            let events = try await answer.events()
            guard case .message(let bytes) = events.last else { throw UnexpectedReply() }
            #expect(!bytes.contains { $0 < 0x20 })
            message = try JSONParser.parse(bytes)
        }
        let structured = try #require(message["result", "structuredContent"])
        #expect(structured["echo"]?.string?.utf8.elementsEqual(text.utf8) == true)
        #expect(structured["length"] == JSONValue(text.unicodeScalars.count))
        let block = try #require(message["result", "content"]?.array?.first?["text"]?.string)
        #expect(try JSONParser.parse(Array(block.utf8)) == structured)
    }

    @Test("Invalid tools prevent the start, with every problem listed", .proves(.toolsAreWellFormed))
    func invalidTools() {
        let tools = [
            Custom(name: ""), Custom(name: "a b"), Custom(name: String(repeating: "x", count: 129)),
            Custom(name: "array", inputSchema: ["type": "array"]), Custom(name: "twice"), Custom(name: "twice"),
            Custom(name: "output", outputSchema: [:]),
            Custom(name: "pattern", inputSchema: ["type": "object", "not": [:]]),
        ]
        let error = #expect(throws: InvalidTools.self) { try ToolRegistry(tools) }
        #expect(error?.problems.count == 7)
        #expect(error?.problems.contains("twice: two tools have this name") == true)
        #expect(throws: Never.self) {
            try ToolRegistry([Custom(name: "A-z_0.9"), Custom(name: String(repeating: "x", count: 128))])
        }
    }

    @Test("Legacy task and modern retry parameters are ignored", .proves(.tasksAreIgnored))
    func ignoredParameters() async throws {
        let bench = try Bench()
        let session = try await bench.session("2025-11-25")
        let echo: JSONObject = ["name": "echo", "arguments": ["message": "hi"], "task": [:]]
        #expect(try await bench.post(Bench.request("tools/call", echo), session)["result", "isError"] == false)
        #expect(try await bench.post(Bench.request("tasks/list"), session).code == -32601)
        let modern: JSONObject = ["name": "clock", "inputResponses": [:], "requestState": "x"]
        #expect(try await bench.modern("tools/call", modern)["result", "isError"] == false)
    }
}

import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Errors inside a successful answer")
struct MessageErrorTests {
    @Test("Each error in a batch is explained by its own message, and the ids are unchanged")
    func batch() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.sendBatch()
            #expect(answer.status == 200)
            let answers = try #require((try? JSONParser.parse(Array(answer.body.utf8)))?.array).compactMap(\.object)
            #expect(answer.body.contains(#""id":9007199254740993"#))
            #expect(answers[0]["error"] == nil)
            let data = answers.map { $0["error"]?.object?["data"]?.object }
            #expect(data[1]?["received"] == "'tool/list'")
            #expect(data[1]?["hint"] == "Did you mean 'tools/list'?")
            #expect(data[2]?["received"] == "'ecko'")
            #expect(data[2]?["hint"] == "Did you mean 'echo'?")
            for data in data.dropFirst() { #expect(data?["debug_url"]?.string == "\(client.origin)/debug/requests/3") }
            let entry = try await client.get("/debug/requests/3").json
            #expect(entry["explanation"]?.object?["hint"] == "Did you mean 'tools/list'?")
            let problem = try await client.flow(1)["first_problem"]?.object
            #expect(problem?["outcome"] == "200 OK, and the batch holds an error")
        }
    }

    @Test("A request without an id is accepted, and the journal and the flow say that nothing answers it")
    func unanswered() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let session = try await client.openSession(token: token)
            let accepted = try await client.legacy("tools/list", id: nil, session: session, token: token)
            #expect(accepted.status == 202 && accepted.body.isEmpty)
            let explanation = try await client.get("/debug/requests/3").json["explanation"]?.object
            #expect(explanation?["received"] == "'tools/list' without an id")
            #expect(explanation?["hint"]?.string?.contains("nothing will answer it") == true)
            let problem = try await client.flow(1)["first_problem"]?.object
            #expect(problem?["outcome"] == "202: it has no id, so nothing answers it")
            let plain = try await client.legacy("notifications/initialized", id: nil, session: session, token: token)
            #expect(plain.status == 202)
            #expect(try await client.get("/debug/requests/4").json["explanation"] == nil)
        }
    }

    @Test("An error on an event stream is explained")
    func stream() async throws {
        try await withTestServer({ $0.postResponses = .sse }) { client, _ in
            let token = try await client.clientCredentialsToken()
            let event = try await client.firstEvent(of: "echo", ["text": "x"], token: token)
            let meta = event.json["result"]?.object?["_meta"]?.object?["static-auth-server/explanation"]?.object
            #expect(event.value("event") == "message")
            #expect(meta?["received"] == "arguments with 'text'")
            #expect(meta?["debug_url"]?.string == "\(client.origin)/debug/requests/2")
            let entry = try await client.get("/debug/requests/2").json
            #expect(entry["explanation"]?.object?["received"] == "arguments with 'text'")
            let flow = try await client.flow(1)
            #expect(flow.steps("verdict").last == "expected")
            #expect(flow.steps("outcome").last == "200 OK: the tool says that it failed")
            #expect(flow["first_problem"] == .null)
        }
    }

    @Test("A protocol error on an event stream is the flow's first problem")
    func protocolErrorOnStream() async throws {
        try await withTestServer({ $0.postResponses = .sse }, tools: [FailingTool()]) { client, _ in
            let token = try await client.clientCredentialsToken()
            let event = try await client.firstEvent(of: "fail", token: token)
            #expect(event.json["error"]?.object?["code"] == -32603)
            let problem = try await client.flow(1)["first_problem"]?.object
            #expect(problem?["entry"] == 2)
            #expect(problem?["outcome"] == "200 OK, and an event tells an error")
        }
    }

    @Test("An error on an event stream is split off the step of equal successful calls")
    func amongOthers() async throws {
        try await withTestServer({ $0.postResponses = .sse }) { client, _ in
            let token = try await client.clientCredentialsToken()
            for arguments in [["message": "a"], ["message": "b"], ["text": "x"], ["message": "c"]] as [JSONObject] {
                _ = try await client.firstEvent(of: "echo", arguments, token: token)
            }
            let flow = try await client.flow(1)
            #expect(flow.steps("entry").dropFirst() == ["2", "4", "5"])
            #expect(flow.steps("count").dropFirst() == ["2", "1", "1"])
            #expect(flow.steps("verdict").dropFirst() == ["fine", "expected", "fine"])
        }
    }

    @Test("A result whose text mentions errors is no error on an event stream either")
    func harmlessOnStream() async throws {
        try await withTestServer({ $0.postResponses = .sse }, tools: [SpeakingTool()]) { client, _ in
            let token = try await client.clientCredentialsToken()
            let event = try await client.firstEvent(of: "speak", token: token)
            #expect(event.json["result"]?.object?["structuredContent"]?.object?["isError"] == true)
            #expect(event.json["result"]?.object?["_meta"]?.object?["static-auth-server/explanation"] == nil)
            #expect(try await client.flow(1).steps("verdict").last == "fine")
        }
    }

    @Test(
        "A tool's own failure is explained beside its text for the model, in each revision", arguments: [true, false])
    func tool(isModern: Bool) async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let params: JSONObject = ["name": "echo", "arguments": ["text": "x"]]
            let answer =
                isModern
                ? try await client.modern("tools/call", params, token: token)
                : try await client.legacy(
                    "tools/call", params, session: client.openSession(token: token), token: token)
            let result = try #require(answer.json["result"]?.object)
            #expect(result["isError"] == true)
            let explanation = result["_meta"]?.object?["static-auth-server/explanation"]?.object
            #expect(explanation?["expected"]?.string?.hasPrefix("arguments that fit the inputSchema") == true)
            #expect(explanation?["received"] == "arguments with 'text'")
            #expect(explanation?["debug_url"] != nil)
            #expect((result["_meta"]?.object?["io.modelcontextprotocol/serverInfo"] != nil) == isModern)
            #expect(try await client.flow(1).steps("verdict").last == "expected")
        }
    }

    @Test("A tool's own explanation is shown where explanations are, and nowhere else", arguments: [true, false])
    func ownExplanation(debug: Bool) async throws {
        try await withTestServer({ $0.debug = debug }, tools: [ExplainingTool()]) { client, _ in
            let token = try await client.clientCredentialsToken()
            let result = try await client.modern("tools/call", ["name": "explain"], token: token).json["result"]?.object
            let explanation = result?["_meta"]?.object?["static-auth-server/explanation"]?.object
            #expect(result?["isError"] == true)
            #expect(explanation?["expected"]?.string == (debug ? "a city on the map" : nil))
        }
    }

    @Test("With --no-debug they are plain, and the log has the explanation")
    func off() async throws {
        let log = LogLines()
        try await withTestServer({ $0.debug = false }, logger: log.logger) { client, _ in
            let answer = try await client.sendBatch()
            for word in ["expected", "received", "hint", "debug_url"] { #expect(!answer.body.contains(word)) }
            #expect(log.all.contains { $0.contains("refused") && $0.contains("Did you mean") })
        }
    }

    @Test("With a debug token the answer only links to the reason")
    func token() async throws {
        try await withTestServer({
            $0.debugToken = Secret("0123456789abcdef")
        }) { client, _ in
            let answer = try await client.sendBatch()
            #expect(answer.body.contains("debug_url"))
            for word in ["expected", "received", "hint"] { #expect(!answer.body.contains(word)) }
        }
    }

    @Test("A result whose text mentions errors is unchanged")
    func harmless() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            let answer = try await client.callEcho(#"{"isError":true,"error":{"code":1}}"#, token: token)
            #expect(answer.json["result"]?.object?["isError"] == false)
            #expect(!answer.body.contains("debug_url"))
        }
    }
}

/// A tool that throws an unexpected error.
private struct FailingTool: Tool {
    struct Unforeseen: Error {}

    let name = "fail"
    let description = "Fails."
    let inputSchema: JSONObject = ["type": "object"]

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject { throw Unforeseen() }
}

/// A tool that explains its failure to developers.
private struct ExplainingTool: Tool {
    let name = "explain"
    let description = "Explains."
    let inputSchema: JSONObject = ["type": "object"]

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        throw ToolFailure("No such city.", Explanation(expected: "a city on the map"))
    }
}

/// A tool whose result looks like an error.
private struct SpeakingTool: Tool {
    let name = "speak"
    let description = "Speaks of errors."
    let inputSchema: JSONObject = ["type": "object"]

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        ["isError": true, "error": ["code": 1]]
    }
}

extension TestClient {
    /// The first event of the stream that answers a call.
    fileprivate func firstEvent(
        of tool: String, _ arguments: JSONObject = [:], token: String
    ) async throws -> EventReader.Event {
        let (fields, body) = Self.modernRequest(
            "tools/call", ["name": .string(tool), "arguments": .object(arguments)], token: token)
        return try #require(await EventReader(self, "POST", "/mcp", fields, body: body).nextMessage())
    }

    /// A batch of revision 2025-03-26: one valid message, a misspelt method, a misspelt tool.
    fileprivate func sendBatch() async throws -> Answer {
        let token = try await clientCredentialsToken()
        let session = try await openSession("2025-03-26", token: token)
        let messages = [
            Self.body("ping", nil, id: 1), Self.body("tool/list", nil, id: JSONValue(9_007_199_254_740_993)),
            Self.body("tools/call", ["name": "ecko", "arguments": [:]], id: "x"),
        ]
        return try await send(
            "POST", "/mcp", Self.fields(token: token) + [("Mcp-Session-Id", session)],
            body: "[\(messages.joined(separator: ","))]")
    }
}

import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// The tool of docs/CONTRIBUTING.md, unchanged; `test_pages.py` compares them.
struct DiceTool: Tool {
    let name = "roll"
    let description = "Rolls a die."
    let inputSchema: JSONObject = ["type": "object", "properties": ["sides": ["type": "integer", "minimum": 2]]]
    let outputSchema: JSONObject? = ["type": "object", "properties": ["value": ["type": "integer"]]]
    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        ["value": JSONValue(Int.random(in: 1...(arguments["sides"]?.number?.intValue ?? 6)))]
    }
}

@Suite("A custom tool")
struct OwnToolTests {
    @Test("An embedded server serves the tool of the documentation, and its schema rejects wrong arguments")
    func dice() async throws {
        try await withTestServer(tools: [DiceTool()]) { client, _ in
            let token = try await Flow(client).logIn().redeem().accessToken
            let rolled = try await client.modern(
                "tools/call", ["name": "roll", "arguments": ["sides": 3]], token: token)
            let value = rolled.json["result"]?.object?["structuredContent"]?.object?["value"]?.number?.intValue
            #expect((1...3).contains(value ?? 0))
            let wrong = try await client.modern(
                "tools/call", ["name": "roll", "arguments": ["sides": 1]], token: token)
            #expect(wrong.json["result"]?.object?["isError"] == true)
        }
    }
}

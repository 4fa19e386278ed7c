import TestSupport
import Testing

@testable import MCP

@Suite struct HeaderParameterTests {
    static let tool = Custom(
        name: "regional",
        inputSchema: [
            "type": "object",
            "properties": [
                "region": ["type": "string", "x-mcp-header": "Region"],
                "place": [
                    "type": "object",
                    "properties": [
                        "zone": ["type": "integer", "x-mcp-header": "Zone"],
                        "open": ["type": "boolean", "x-mcp-header": "Open"],
                    ],
                ],
            ],
        ])

    @Test(
        "An annotated argument and its header agree or neither is there", .proves(.h18, .h15),
        arguments: [
            ([:], [], true), (["region": nil], [], true), (["other": 1], [("unknown", "x")], true),
            (["region": "eu"], [("region", "eu")], true), (["region": "é"], [("region", "=?base64?w6k=?=")], true),
            (["region": "=?base64?="], [("region", "=?base64?=")], true),
            (["place": ["zone": 42, "open": true]], [("zone", "42"), ("open", "true")], true),
            (["place": ["zone": 42]], [("zone", "042")], true), (["place": ["zone": 42.0]], [("zone", "42")], true),
            (["region": "eu"], [], false), (["region": "eu"], [("region", "us")], false),
            (["region": "eu"], [("region", "eu"), ("region", "eu")], false), ([:], [("region", "eu")], false),
            (["region": nil], [("region", "")], false), (["region": "é"], [("region", "=?base64?w6k?=")], false),
            (["region": "é"], [("region", "é")], false), (["place": ["zone": 42]], [("zone", "43")], false),
            (["place": ["open": true]], [("open", "TRUE")], false),
            (["place": ["open": false]], [("open", "0")], false),
        ] as [(JSONObject, [(String, String)], Bool)])
    func agreement(arguments: JSONObject, headers: [(String, String)], agree: Bool) async throws {
        let bench = try Bench([Self.tool])
        let answer = try await bench.modern(
            "tools/call", ["name": "regional", "arguments": .object(arguments)]
        ) { $0.parameters = headers.map { (name: $0.0, value: $0.1) } }
        #expect(answer.status == (agree ? 200 : 400))
        #expect(answer.code == (agree ? nil : -32020))
    }

    @Test("Legacy revisions know no such headers", .proves(.h18))
    func legacy() async throws {
        let bench = try Bench([Self.tool])
        let call = Bench.request("tools/call", ["name": "regional", "arguments": ["region": "eu"]])
        #expect(try await bench.post(call, bench.session()).result != nil)
    }

    @Test(
        "An annotation that clients have to reject stops the start", .proves(.h18),
        arguments: [
            ["a": ["type": "string", "x-mcp-header": ""]], ["a": ["type": "string", "x-mcp-header": "a b"]],
            ["a": ["type": "string", "x-mcp-header": 5]], ["a": ["type": "number", "x-mcp-header": "A"]],
            ["a": ["type": "string", "x-mcp-header": "A"], "b": ["type": "string", "x-mcp-header": "a"]],
            ["a": ["type": "array", "items": ["type": "string", "x-mcp-header": "A"]]],
        ] as [JSONObject])
    func invalid(properties: JSONObject) {
        let tool = Custom(inputSchema: ["type": "object", "properties": .object(properties)])
        #expect(throws: InvalidTools.self) { try ToolRegistry([tool]) }
    }
}

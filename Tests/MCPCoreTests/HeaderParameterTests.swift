import Primitives
import Testing
import TestSupport

@testable import MCPCore

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
        "An annotated argument and its header agree, or both are absent",
        .proves(.mirroredArgumentsAgree, .encodedHeadersAreDecoded),
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

    @Test(
        "The explanation names the header and the argument, and no value",
        arguments: [
            ([], "Mcp-Param-Region once, with the value of the argument 'region'", "none", nil),
            (["us"], "Mcp-Param-Region once, with the value of the argument 'region'", "another value", nil),
            (
                ["eu", "eu"], "Mcp-Param-Region once, with the value of the argument 'region'", "2 of them",
                "The header is there 2 times. Send it once."
            ),
        ] as [([String], String, String, String?)])
    func explained(values: [String], expected: String, received: String, hint: String?) async throws {
        let bench = try Bench([Self.tool])
        let call: JSONObject = ["name": "regional", "arguments": ["region": "eu"]]
        let answer = try await bench.modern("tools/call", call) {
            $0.parameters = values.map { (name: "region", value: $0) }
        }
        #expect(answer.explanation?.expected?.text == expected)
        #expect(answer.explanation?.received?.text == received)
        #expect(answer.explanation?.hint?.text == hint)
        let without = try await bench.modern("tools/call", ["name": "regional", "arguments": [:]]) {
            $0.parameters = [(name: "region", value: "eu")]
        }
        #expect(without.explanation?.expected == "no Mcp-Param-Region, for there is no argument 'region'")
    }

    @Test("Legacy revisions have no such headers", .proves(.mirroredArgumentsAgree))
    func legacy() async throws {
        let bench = try Bench([Self.tool])
        let call = Bench.request("tools/call", ["name": "regional", "arguments": ["region": "eu"]])
        #expect(try await bench.post(call, bench.session()).result != nil)
    }

    @Test(
        "An annotation that clients must reject prevents the start", .proves(.mirroredArgumentsAgree),
        arguments: [
            ["a": ["type": "string", "x-mcp-header": ""]], ["a": ["type": "string", "x-mcp-header": "a b"]],
            ["a": ["type": "string", "x-mcp-header": 5]], ["a": ["type": "number", "x-mcp-header": "A"]],
            ["a": ["type": "string", "x-mcp-header": "A"], "b": ["type": "string", "x-mcp-header": "a"]],
            ["a": ["type": "array", "items": ["type": "string", "x-mcp-header": "A"]]],
            ["a": ["type": ["string", "null"], "x-mcp-header": "A"]], ["a": ["x-mcp-header": "A"]],
        ] as [JSONObject])
    func invalid(properties: JSONObject) {
        let tool = Custom(inputSchema: ["type": "object", "properties": .object(properties)])
        #expect(throws: InvalidTools.self) { try ToolRegistry([tool]) }
    }

    private static let annotated: JSONValue = ["type": "string", "x-mcp-header": "A"]
    private static let holder: JSONValue = ["type": "object", "properties": ["a": annotated]]

    @Test(
        "An annotation outside of properties makes a tool invalid",
        .proves(.mirroredArgumentsAgree, .argumentsAreMirrored),
        arguments: [
            ["x-mcp-header": "A"], ["oneOf": [holder]], ["anyOf": [[:], holder]], ["allOf": [["not": holder]]],
            ["not": holder], ["if": holder, "then": [:]], ["then": holder], ["else": holder], ["$defs": ["d": holder]],
            ["$defs": ["d": annotated], "properties": ["b": ["$ref": "#/$defs/d"]]], ["definitions": ["d": annotated]],
            ["items": annotated], ["prefixItems": [[:], annotated]], ["contains": annotated],
            ["additionalProperties": annotated], ["unevaluatedProperties": annotated], ["unevaluatedItems": holder],
            ["additionalItems": annotated], ["patternProperties": ["^a": annotated]],
            ["dependentSchemas": ["b": holder]], ["dependencies": ["b": holder]], ["propertyNames": annotated],
            ["contentSchema": holder], ["x-own": ["deep": [[["deeper": annotated]]]]],
            ["properties": ["b": ["type": "object", "anyOf": [holder]]]],
            ["properties": ["b": ["type": "array", "items": ["type": "object", "properties": ["a": annotated]]]]],
            ["properties": ["b": ["type": "object", "additionalProperties": annotated]]],
            ["properties": ["b": ["type": "string", "x-mcp-header": "B", "oneOf": [annotated]]]],
            ["$defs": ["x-mcp-header": annotated]], ["oneOf": [["properties": ["x-mcp-header": annotated]]]],
        ] as [JSONObject])
    func unreachable(schema: JSONObject) {
        #expect(throws: InvalidSchema.self) { try HeaderParameter.all(in: schema) }
        var schema = schema
        schema["type"] = "object"
        #expect(throws: InvalidTools.self) { try ToolRegistry([Custom(inputSchema: schema)]) }
    }

    @Test(
        "Data and names that look like an annotation are ignored", .proves(.mirroredArgumentsAgree),
        arguments: [
            ["default": ["x-mcp-header": "A"]], ["examples": [["x-mcp-header": 1]]], ["const": ["x-mcp-header": "A"]],
            ["enum": [["x-mcp-header": "A"]]], ["required": ["x-mcp-header"]],
            ["properties": ["x-mcp-header": ["type": "string"]]],
            ["oneOf": [["properties": ["x-mcp-header": ["type": "string"]]]]],
            ["$defs": ["x-mcp-header": ["type": "string"]]], ["dependentRequired": ["x-mcp-header": ["a"]]],
            ["oneOf": [["default": ["x-mcp-header": "A"]]]], ["description": "x-mcp-header"],
        ] as [JSONObject])
    func harmless(schema: JSONObject) throws {
        #expect(try HeaderParameter.all(in: schema).isEmpty)
    }

    @Test("More consecutive marks than any language uses are refused in a header, too")
    func marks() {
        #expect(throws: JSONRPCError.self) {
            try HeaderValue.decode(HeaderValue.encode("e" + String(repeating: "\u{301}", count: 31)), of: "X")
        }
    }

    /// A schema with an annotated property `a`, one in the object `o/p~`, and another schema.
    private static func schema(_ name: String, _ other: JSONValue) -> JSONObject {
        var schema: JSONObject = [
            "$id": "https://a.example/s/tool", "type": "object",
            "properties": [
                "a": annotated,
                "o/p~": [
                    "type": "object", "$anchor": "inner", "properties": ["b": ["type": "string", "x-mcp-header": "Y"]],
                ],
                "plain": ["type": "string"],
            ],
            "$defs": ["d": ["type": "string"]],
        ]
        schema[name] = other
        return schema
    }

    @Test(
        "An annotated property that a reference reaches, directly or within a schema around it, makes a tool invalid",
        arguments: [
            "#/properties/a", "#/properties/o~1p~0", "#/properties/o~1p~0/properties/b", "#/properties/%61", "#", "",
            "#inner", "tool", "https://a.example/s/tool#/properties/a", "tool#inner",
        ])
    func referenced(_ reference: String) {
        let target: JSONObject = ["$ref": .string(reference)]
        let schemas = [
            Self.schema("additionalProperties", .object(target)), Self.schema("oneOf", [.object(target)]),
            Self.schema("$defs", ["z": ["type": "array", "items": .object(target)]]),
            Self.schema("dependentSchemas", ["enum": ["$dynamicRef": .string(reference)]]),
            Self.schema("$ref", .string(reference)),
        ]
        for schema in schemas {
            #expect(throws: InvalidSchema.self, "\(reference)") { try HeaderParameter.all(in: schema) }
        }
    }

    @Test(
        "Other references, and data that looks like one, leave the annotations valid",
        arguments: [
            "#/$defs/d", "#/properties/plain", "#/properties/nothing", "#outer", "other.json",
            "https://b.example/other#/properties/a", "#/properties/a/type",
        ])
    func unreached(_ reference: String) throws {
        for schema in [
            Self.schema("additionalProperties", ["$ref": .string(reference)]),
            Self.schema("examples", [["$ref": "#/properties/a"]]), Self.schema("default", ["$ref": "#"]),
        ] {
            #expect(try HeaderParameter.all(in: schema).count == 2, "\(reference)")
        }
        // Without an annotation any reference is allowed.
        #expect(try HeaderParameter.all(in: ["properties": ["a": ["$ref": "#"]]]).isEmpty)
    }
}

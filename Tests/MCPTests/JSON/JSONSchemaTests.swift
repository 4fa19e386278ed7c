import TestSupport
import Testing

@testable import MCP

@Suite struct JSONSchemaTests {
    private static let schema: JSONObject = [
        "type": "object",
        "properties": [
            "text": ["type": "string", "minLength": 1, "maxLength": 3],
            "count": ["type": "integer", "minimum": 1, "maximum": 9],
            "unit": ["enum": ["m", "km"]],
            "list": ["type": "array", "items": ["type": ["number", "null"]]],
            "inner": ["type": "object", "properties": ["flag": ["type": "boolean"]], "required": ["flag"]],
        ],
        "required": ["text"], "additionalProperties": false,
    ]

    @Test(
        "A violation is explained so that it can be mended", .proves(.h58),
        arguments: [
            (["text": "a"], nil),
            (
                ["text": "abc", "count": 9.0, "unit": "km", "list": [1, nil, 2.5], "inner": ["flag": true, "x": 1]], nil
            ),
            ([:], "'text' is required and must be a string"),
            (["text": 5], "'text' must be a string"),
            (["text": ""], "'text' must have at least 1 characters"),
            (["text": "abcd"], "'text' must have at most 3 characters"),
            (["text": "a", "count": 1.5], "'count' must be an integer"),
            (["text": "a", "count": 0], "'count' must be at least 1"),
            (["text": "a", "count": 10], "'count' must be at most 9"),
            (["text": "a", "unit": "ft"], #"'unit' must be one of "m", "km""#),
            (["text": "a", "list": [1, "x"]], "'list[1]' must be a number or null"),
            (["text": "a", "inner": [:]], "'inner.flag' is required and must be a boolean"),
            (
                ["text": "a", "more": 1],
                "'more' is no argument here, leave it out (known: 'text', 'count', 'unit', 'list', 'inner')"
            ),
            ([], "the value must be an object"),
        ] as [(JSONValue, String?)])
    func problems(value: JSONValue, problem: String?) throws {
        let schema = try JSONSchema(Self.schema)
        #expect(schema.problems(in: value) == (problem.map { [$0] } ?? []))
    }

    @Test(
        "A schema that could not be enforced is refused",
        arguments: [
            ["type": "object", "oneOf": []], ["type": "object", "$ref": "https://example.com/s.json"],
            ["type": "text"], ["properties": ["a": ["pattern": "x"]]], ["required": ["a"]],
            ["additionalProperties": ["type": "string"]], ["items": ["not": [:]]],
        ] as [JSONObject])
    func unenforceable(schema: JSONObject) {
        #expect(throws: InvalidSchema.self) { try JSONSchema(schema) }
    }
}

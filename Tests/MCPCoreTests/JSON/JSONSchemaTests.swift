import Primitives
import Testing
import TestSupport

@testable import MCPCore

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
        "A violation is explained so that it can be fixed", .proves(.toolCallsAreLimitedAndValidated),
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

    /// The part of a limit of work that a check uses up.
    private static func effort(_ schema: JSONObject, _ value: JSONValue) throws -> Int {
        let limit = 100_000_000
        var rest = limit
        _ = try JSONSchema(schema).problems(in: value, effort: &rest)
        return limit - rest
    }

    private static func names(_ count: Int) -> [String] { (0..<count).map { "name-\($0)" } }

    private static func wide(_ count: Int) -> JSONObject {
        [
            "properties": .object(JSONObject(names(count).map { ($0, ["type": "string"]) })),
            "required": .array(names(count).map { .string($0) }), "additionalProperties": false,
        ]
    }

    @Test(
        "Twice the names or the members are twice the work", .proves(.toolCallsAreLimitedAndValidated),
        arguments: [1000, 10_000])
    func proportion(_ count: Int) throws {
        let full = { (count: Int) in JSONValue.object(JSONObject(Self.names(count).map { ($0, "x") })) }
        let list = { (count: Int) in JSONValue.array(Array(repeating: "x", count: count)) }
        for (schema, value) in [
            (Self.wide, full), (Self.wide, { _ in [:] }), ({ _ in Self.wide(5) }, full),
            ({ _ in ["items": ["type": "string"]] }, list),
            ({ ["items": ["enum": .array(Self.names($0).map { .string($0) })]] }, list),
        ] as [((Int) -> JSONObject, (Int) -> JSONValue)] {
            let (once, twice) = (
                try Self.effort(schema(count), value(count)), try Self.effort(schema(2 * count), value(2 * count))
            )
            #expect(twice <= 2 * once + 100 && once <= 6 * count + 100, "\(once), \(twice)")
        }
    }

    @Test(
        "Many small values cost no more than their number, whatever the size of the schema",
        .proves(.toolCallsAreLimitedAndValidated))
    func manySmall() throws {
        let optional: JSONObject = ["properties": .object(JSONObject(Self.names(1000).map { ($0, [:]) }))]
        let value = JSONValue.array(Array(repeating: ["name-1": 1], count: 1000))
        #expect(try Self.effort(["items": .object(optional)], value) < 5000)
    }

    @Test("Work ends at its limit")
    func limit() throws {
        let schema = try JSONSchema(["items": ["items": ["type": "string"]]])
        var rest = 100
        let value = JSONValue.array(Array(repeating: .array(Array(repeating: "x", count: 50)), count: 50) + [5])
        #expect(schema.problems(in: value, effort: &rest).isEmpty)
        #expect(rest <= 0)
    }

    @Test("An explanation stays short, however much is wrong", .proves(.toolCallsAreLimitedAndValidated))
    func shortExplanation() throws {
        let long = String(repeating: "n", count: 5000)
        let cases: [(JSONObject, JSONValue)] = [
            (Self.wide(5000), .object([:])), (Self.wide(5000), .object(["other": 1])),
            (["enum": .array(Self.names(5000).map { .string($0) })], 5), (["enum": .array([.string(long)])], 5),
            (["properties": .object([long: ["type": "string"]]), "required": .array([.string(long)])], .object([:])),
            (
                ["properties": .object([long: ["type": "string"]]), "additionalProperties": false],
                .object([long: "a", "x": 1])
            ),
        ]
        for (schema, value) in cases {
            let problems = try JSONSchema(schema).problems(in: value)
            #expect(!problems.isEmpty && problems.count <= 21)
            #expect(problems.allSatisfy { $0.utf8.count < 5000 })
        }
    }

    @Test("One of many values is found with its members in any order, and no other")
    func manyChoices() throws {
        var choices: [JSONValue] = (0..<40).map { JSONValue($0) }
        choices += [["a": 1, "b": ["c": [1, "é"]]], nil, "x"] as [JSONValue]
        let schema = try JSONSchema(["enum": .array(choices)])
        choices.append(["b": ["c": [1, "é"]], "a": 1])
        for value in choices { #expect(schema.problems(in: value).isEmpty) }
        for value in [40, "0", ["a": 1], ["a": 1, "b": ["c": ["é", 1]]], true] as [JSONValue] {
            #expect(schema.problems(in: value).count == 1)
        }
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

/// The part of JSON Schema 2020-12 that tools need to describe and check their arguments.
///
/// `type`, `properties`, `required`, `additionalProperties`, `enum`, `items`, `minimum`, `maximum`, `minLength` and
/// `maxLength`. Any other keyword that would restrict values is refused when the schema is read: it is better not to
/// start than to let through what a schema forbids. References are never followed.
package final class JSONSchema: Sendable {
    private let types: [Kind]
    private let properties: [(name: String, schema: JSONSchema)]
    private let required: [String]
    private let isClosed: Bool
    private let choices: [JSONValue]?
    private let items: JSONSchema?
    private let range: (minimum: JSONNumber?, maximum: JSONNumber?)
    private let length: (minimum: Int?, maximum: Int?)

    /// The values of `type`, each with the words an explanation uses.
    enum Kind: String {
        case null, boolean, integer, number, string, array, object

        var words: String {
            switch self {
            case .null: "null"
            case .integer, .array, .object: "an \(rawValue)"
            case .boolean, .number, .string: "a \(rawValue)"
            }
        }

        func includes(_ value: JSONValue) -> Bool {
            switch (self, value) {
            case (.null, .null), (.boolean, .bool), (.number, .number), (.string, .string), (.array, .array),
                (.object, .object):
                true
            case (.integer, .number(let number)): number.isInteger
            default: false
            }
        }
    }

    /// Reads a schema.
    package init(_ schema: JSONObject) throws(InvalidSchema) {
        for (keyword, _) in schema.members where !Self.known.contains(keyword) {
            throw InvalidSchema(problem: "the keyword '\(keyword)' is not supported")
        }
        types = try Self.types(schema["type"])
        var properties: [(name: String, schema: JSONSchema)] = []
        for (name, property) in schema["properties"]?.object?.members ?? [] {
            guard let property = property.object else { throw InvalidSchema(problem: "'\(name)' is not a schema") }
            properties.append((name, try JSONSchema(property)))
        }
        self.properties = properties
        required = schema["required"]?.array?.compactMap(\.string) ?? []
        if let name = required.first(where: { name in !properties.contains { $0.name == name } }) {
            throw InvalidSchema(problem: "'\(name)' is required but not one of the properties")
        }
        let additional = schema["additionalProperties"] ?? .bool(true)
        guard let isOpen = additional.bool else {
            throw InvalidSchema(problem: "'additionalProperties' must be true or false")
        }
        isClosed = !isOpen
        choices = schema["enum"]?.array
        items = if let items = schema["items"]?.object { try JSONSchema(items) } else { nil }
        range = (schema["minimum"]?.number, schema["maximum"]?.number)
        length = (schema["minLength"]?.number?.intValue, schema["maxLength"]?.number?.intValue)
    }

    private static func types(_ value: JSONValue?) throws(InvalidSchema) -> [Kind] {
        guard let value else { return [] }
        let names = value.array ?? [value]
        let kinds = names.compactMap { $0.string.flatMap(Kind.init) }
        guard kinds.count == names.count else { throw InvalidSchema(problem: "'type' names an unknown type") }
        return kinds
    }

    private static let known: Set<String> = [
        "type", "properties", "required", "additionalProperties", "enum", "items", "minimum", "maximum", "minLength",
        "maxLength", "title", "description", "default", "examples", "format", "deprecated", "$schema", "$comment",
        HeaderParameter.keyword,
    ]
}

/// What is wrong with a tool's schema.
package struct InvalidSchema: Error {
    package let problem: String

    package init(problem: String) { self.problem = problem }
}

// MARK: Checking values

extension JSONSchema {
    /// What has to change for the value to fit, in sentences without a full stop; empty when it fits.
    ///
    /// - Parameter path: how the author of the value would name it, empty for the whole.
    package func problems(in value: JSONValue, at path: String = "") -> [String] {
        guard types.isEmpty || types.contains(where: { $0.includes(value) }) else {
            return ["\(quoted(path)) \(demand)"]
        }
        if let choices, !choices.contains(value) { return ["\(quoted(path)) \(demand)"] }
        switch value {
        case .object(let object): return problems(inMembersOf: object, at: path)
        case .array(let elements):
            guard let items else { return [] }
            for (position, element) in elements.enumerated() {
                let problems = items.problems(in: element, at: "\(path)[\(position)]")
                if !problems.isEmpty { return problems }
            }
            return []
        case .number(let number):
            guard range.minimum != nil || range.maximum != nil else { return [] }
            let value = number.doubleValue
            if let minimum = range.minimum, value < minimum.doubleValue {
                return ["\(quoted(path)) must be at least \(minimum.text)"]
            }
            if let maximum = range.maximum, value > maximum.doubleValue {
                return ["\(quoted(path)) must be at most \(maximum.text)"]
            }
            return []
        case .string(let text):
            guard length.minimum != nil || length.maximum != nil else { return [] }
            let count = text.unicodeScalars.count
            if let minimum = length.minimum, count < minimum {
                return ["\(quoted(path)) must have at least \(minimum) characters"]
            }
            if let maximum = length.maximum, count > maximum {
                return ["\(quoted(path)) must have at most \(maximum) characters"]
            }
            return []
        case .null, .bool: return []
        }
    }

    private func problems(inMembersOf object: JSONObject, at path: String) -> [String] {
        var problems: [String] = []
        var knownCount = 0
        for (name, schema) in properties {
            let path = path.isEmpty ? name : "\(path).\(name)"
            if let value = object[name] {
                knownCount += 1
                let found = schema.problems(in: value, at: path)
                if !found.isEmpty { problems += found }
            } else if required.contains(name) {
                problems.append("\(quoted(path)) is required and \(schema.demand)")
            }
        }
        if isClosed, object.count > knownCount, let unknown = unknownMember(of: object) {
            let known = properties.map { "'\($0.name)'" }.joined(separator: ", ")
            let hint = known.isEmpty ? "none is" : "known: \(known)"
            problems.append("'\(unknown.excerpt)' is no argument here, leave it out (\(hint))")
        }
        return problems
    }

    private func unknownMember(of object: JSONObject) -> String? {
        object.members.first { member in !properties.contains { $0.name.isExactly(member.name) } }?.name
    }

    /// What a value must be, as the rest of a sentence.
    private var demand: String {
        if let choices {
            let list = choices.map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) }
            return "must be one of \(list.joined(separator: ", "))"
        }
        return types.isEmpty ? "may be anything" : "must be \(types.map(\.words).joined(separator: " or "))"
    }

    private func quoted(_ path: String) -> String { path.isEmpty ? "the value" : "'\(path.excerpt)'" }
}

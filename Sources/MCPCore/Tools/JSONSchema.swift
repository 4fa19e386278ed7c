package import Primitives

/// The subset of JSON Schema 2020-12 with which tools describe and check their arguments.
///
/// `type`, `properties`, `required`, `additionalProperties`, `enum`, `items`, `minimum`, `maximum`, `minLength` and
/// `maxLength`. Any other keyword that would restrict values is refused when the schema is read: a server that does not
/// start is better than one that accepts what its schema forbids. References are never followed.
package final class JSONSchema: Sendable {
    private let types: [Kind]
    private let properties: [(name: String, schema: JSONSchema, isRequired: Bool)]
    /// The index of each property in the list.
    private let positions: [ExactName: Int]
    private let requiredCount: Int
    private let isClosed: Bool
    private let choices: [JSONValue]?
    /// The choices by their text, when there are many.
    private let choiceTexts: Set<[UInt8]>?
    private let items: JSONSchema?
    private let range: (minimum: JSONNumber?, maximum: JSONNumber?)
    private let length: (minimum: Int?, maximum: Int?)

    /// The values of `type`, each with its words in an explanation.
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
            throw InvalidSchema(problem: "the keyword '\(keyword.excerpt)' is not supported")
        }
        types = try Self.types(schema["type"])
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string).map { ExactName(text: $0) })
        var properties: [(name: String, schema: JSONSchema, isRequired: Bool)] = []
        var positions: [ExactName: Int] = [:]
        for (name, property) in schema["properties"]?.object?.members ?? [] {
            guard let property = property.object else {
                throw InvalidSchema(problem: "'\(name.excerpt)' is not a schema")
            }
            positions[ExactName(text: name)] = properties.count
            properties.append((name, try JSONSchema(property), required.contains(ExactName(text: name))))
        }
        if let name = required.first(where: { positions[$0] == nil }) {
            throw InvalidSchema(problem: "'\(name.text.excerpt)' is required but not one of the properties")
        }
        (self.properties, self.positions, requiredCount) = (properties, positions, required.count)
        let additional = schema["additionalProperties"] ?? .bool(true)
        guard let isOpen = additional.bool else {
            throw InvalidSchema(problem: "'additionalProperties' must be true or false")
        }
        isClosed = !isOpen
        choices = schema["enum"]?.array
        choiceTexts = choices.flatMap { $0.count > Self.few ? Set($0.map(\.sortedText)) : nil }
        items = if let items = schema["items"]?.object { try JSONSchema(items) } else { nil }
        range = (schema["minimum"]?.number, schema["maximum"]?.number)
        length = (schema["minLength"]?.number?.intValue, schema["maxLength"]?.number?.intValue)
    }

    /// The number of choices up to which they are compared one by one.
    private static let few = 16

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

/// A mistake in a tool's schema.
package struct InvalidSchema: Error {
    package let problem: String

    package init(problem: String) { self.problem = problem }
}

// MARK: Checking values

extension JSONSchema {
    /// The maximum number of reported problems, and of names in a list.
    private static let told = 20

    /// The changes that make the value fit, in sentences without a full stop; empty when it fits.
    ///
    /// - Parameter path: the name of the value for its author, empty for the whole.
    package func problems(in value: JSONValue, at path: String = "") -> [String] {
        var effort = Int.max
        return problems(in: value, at: path, effort: &effort)
    }

    /// The same with a limit on the work; values that are not reached count as fitting.
    ///
    /// - Parameter effort: the number of values, members and properties that may be examined; zero or less afterwards
    ///   when it was not enough.
    package func problems(in value: JSONValue, at path: String = "", effort: inout Int) -> [String] {
        fits(value, &effort) ? [] : explanation(of: value, at: path, &effort)
    }

    /// Checks in time proportional to the value, whatever the size of the schema.
    private func fits(_ value: JSONValue, _ effort: inout Int) -> Bool {
        effort -= 1
        guard effort > 0 else { return true }
        guard hasType(of: value), isChoice(value) else { return false }
        switch value {
        case .object(let object): return fits(membersOf: object, &effort)
        case .array(let elements):
            guard let items else { return true }
            return elements.allSatisfy { items.fits($0, &effort) }
        case .number, .string: return limitBroken(by: value) == nil
        case .null, .bool: return true
        }
    }

    private func hasType(of value: JSONValue) -> Bool {
        types.isEmpty || types.contains { $0.includes(value) }
    }

    private func isChoice(_ value: JSONValue) -> Bool {
        if let choiceTexts { return choiceTexts.contains(value.sortedText) }
        return choices?.contains(value) ?? true
    }

    /// Iterates over the properties when they are few, otherwise over the members.
    private func fits(membersOf object: JSONObject, _ effort: inout Int) -> Bool {
        var knownCount = 0
        var missing = requiredCount
        if properties.count <= max(Self.few, object.count) {
            effort -= properties.count
            for (name, schema, isRequired) in properties {
                guard let value = object[name] else { continue }
                knownCount += 1
                if isRequired { missing -= 1 }
                guard schema.fits(value, &effort) else { return false }
            }
        } else {
            for (name, value) in object.members {
                guard let position = positions[ExactName(text: name)] else { continue }
                knownCount += 1
                if properties[position].isRequired { missing -= 1 }
                guard properties[position].schema.fits(value, &effort) else { return false }
            }
        }
        effort -= object.count
        return missing == 0 && (!isClosed || object.count == knownCount)
    }

    /// The limit that a number or a text violates, as the rest of a sentence.
    private func limitBroken(by value: JSONValue) -> String? {
        switch value {
        case .number(let number):
            guard range.minimum != nil || range.maximum != nil else { return nil }
            let value = number.doubleValue
            if let minimum = range.minimum, value < minimum.doubleValue {
                return "must be at least \(minimum.text.excerpt)"
            }
            if let maximum = range.maximum, value > maximum.doubleValue {
                return "must be at most \(maximum.text.excerpt)"
            }
            return nil
        case .string(let text):
            guard length.minimum != nil || length.maximum != nil else { return nil }
            let count = text.scalarCount
            if let minimum = length.minimum, count < minimum { return "must have at least \(minimum) characters" }
            if let maximum = length.maximum, count > maximum { return "must have at most \(maximum) characters" }
            return nil
        default: return nil
        }
    }

    // MARK: Explanations

    private func explanation(of value: JSONValue, at path: String, _ effort: inout Int) -> [String] {
        guard hasType(of: value), isChoice(value) else { return ["\(quoted(path)) \(demand)"] }
        switch value {
        case .object(let object): return explanation(ofMembersOf: object, at: path, &effort)
        case .array(let elements):
            for (position, element) in elements.enumerated() {
                guard let items, !items.fits(element, &effort) else { continue }
                return items.explanation(of: element, at: "\(path)[\(position)]", &effort)
            }
            return []
        case .number, .string: return limitBroken(by: value).map { ["\(quoted(path)) \($0)"] } ?? []
        case .null, .bool: return []
        }
    }

    private func explanation(
        ofMembersOf object: JSONObject, at path: String, _ effort: inout Int
    ) -> [String] {
        var problems: [String] = []
        for (name, schema, isRequired) in properties where problems.count < Self.told {
            effort -= 1
            if let value = object[name] {
                if schema.fits(value, &effort) { continue }
                let path = (path.isEmpty ? name : "\(path).\(name)").excerpt
                problems += schema.explanation(of: value, at: path, &effort)
            } else if isRequired {
                let path = path.isEmpty ? name : "\(path).\(name)"
                problems.append("\(quoted(path)) is required and \(schema.demand)")
            }
        }
        if isClosed, let unknown = object.members.first(where: { positions[ExactName(text: $0.name)] == nil })?.name {
            let known = Self.list(properties.map { "'\($0.name.excerpt)'" })
            let hint = known.isEmpty ? "none is" : "known: \(known)"
            problems.append("'\(unknown.excerpt)' is no argument here, leave it out (\(hint))")
        }
        return problems
    }

    /// The demand on a value, as the rest of a sentence.
    private var demand: String {
        if let choices {
            let texts = choices.prefix(Self.told + 1).map { String(decoding: JSONWriter.bytes(of: $0), as: UTF8.self) }
            return "must be one of \(Self.list(texts.map(\.excerpt), of: choices.count))"
        }
        return types.isEmpty ? "may be anything" : "must be \(types.map(\.words).joined(separator: " or "))"
    }

    private static func list(_ names: [String], of count: Int? = nil) -> String {
        let more = (count ?? names.count) - told
        return names.prefix(told).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    private func quoted(_ path: String) -> String { path.isEmpty ? "the value" : "'\(path.excerpt)'" }
}

extension JSONValue {
    /// A text that is the same for equal values: members of objects are sorted by name.
    fileprivate var sortedText: [UInt8] {
        JSONWriter.bytes(of: sorted)
    }

    private var sorted: JSONValue {
        switch self {
        case .object(let object):
            .object(
                JSONObject(
                    object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
                        .map { ($0.name, $0.value.sorted) }))
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }
}

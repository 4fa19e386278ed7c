/// Any JSON value, in a form that can be written back as it was read.
///
/// RFC 8259 §3. Members keep their order and numbers their spelling; white space and escapes are not preserved.
public enum JSONValue: Sendable, Equatable {
    /// The literal `null`.
    case null
    /// The literal `true` or `false`.
    case bool(Bool)
    /// A number in its original spelling.
    case number(JSONNumber)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// A list of members.
    case object(JSONObject)
}

extension JSONValue {
    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, when this is one.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The truth value, when this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, when this is an object.
    public var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral text: String) { self = .string(text) }

    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }

    /// A number.
    public init(floatLiteral value: Double) { self.init(value) }

    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// `null`.
    public init(nilLiteral: ()) { self = .null }

    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object with the members in the order written.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }

    /// A whole number.
    public init(_ value: Int) { self = .number(JSONNumber(value)) }

    /// A number; `null` for infinities and not-a-number, which JSON cannot spell (as `JSON.stringify` does).
    public init(_ value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
}

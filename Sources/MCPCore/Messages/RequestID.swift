public import Primitives

/// The `id` that ties a response to its request.
///
/// MCP 2026-07-28, basic, "Requests": a string or an integer, never null. It is returned exactly as received, so `1`,
/// `"1"` and `1.0` are three different ids.
public enum RequestID: Sendable, Hashable {
    /// A string.
    case string(String)
    /// An integer in its original spelling.
    case number(JSONNumber)

    /// The maximum length in UTF-8 bytes, because ids are kept while a call or a stream lives.
    static let longest = 1024

    /// Reads an id; nil when the value cannot be one.
    public init?(_ value: JSONValue) {
        switch value {
        case .string(let text) where text.utf8.count <= Self.longest: self = .string(text)
        case .number(let number) where number.text.utf8.count <= Self.longest && number.isInteger:
            self = .number(number)
        default: return nil
        }
    }

    /// The id as received.
    public var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .number(let number): .number(number)
        }
    }
}

/// Parses one JSON text.
///
/// RFC 8259, strictly: UTF-8 without a byte order mark, nothing after the value, no comments. Two things that the RFC
/// leaves open are refused: a lone surrogate, which no `String` can hold, and a name that occurs twice in an object,
/// because two readers could use different values (§4). Nesting ends at ``depthLimit``, so that a body of brackets
/// cannot exhaust the stack.
public enum JSONParser {
    /// The deepest nesting of arrays and objects.
    public static let depthLimit = 64

    /// Parses bytes into a value.
    ///
    /// - Throws: ``JSONSyntaxError``.
    public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        try JSONDocument(bytes).value(at: JSONDocument.root)
    }
}

/// The position and the cause of a syntax error.
public struct JSONSyntaxError: Error, Equatable {
    /// The number of bytes before the first wrong one.
    public let offset: Int
    /// The cause, never quoting the input.
    public let problem: String

    /// Whether the text is JSON by RFC 8259, which leaves open what this parser refuses.
    public var isOfOwnRule: Bool { Self.ownRules.contains(problem) }

    static let repeatedName = "a name occurs twice in one object"
    static let tooDeep = "nested more than \(JSONParser.depthLimit) deep"
    static let tooManyMarks = "more than \(CombiningMarkLimit.maximum) marks follow one another"
    private static let ownRules: Set = [repeatedName, tooDeep, tooManyMarks]
}

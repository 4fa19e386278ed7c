/// Reads one JSON text.
///
/// RFC 8259, strictly: UTF-8 without a byte order mark, nothing after the value, no comments. Two things the RFC leaves
/// open are refused: a surrogate without its other half, which no `String` can hold, and a name that occurs twice in an
/// object, of which two readers could trust different values (§4). Nesting ends at ``depthLimit``, so that a body of
/// brackets cannot exhaust the stack.
public enum JSONParser {
    /// The deepest nesting of arrays and objects.
    public static let depthLimit = 64

    /// The value that the bytes spell.
    ///
    /// - Throws: ``JSONSyntaxError``.
    public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        try JSONDocument(bytes).value(at: JSONDocument.root)
    }
}

/// Where and why bytes are not JSON.
public struct JSONSyntaxError: Error, Equatable {
    /// The number of bytes before the one that does not fit.
    public let offset: Int
    /// What is wrong there, never quoting the input.
    public let problem: String
}

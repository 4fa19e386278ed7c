#if DEBUG
/// Text of any length that an attacker might choose to cause more work than its length justifies.
struct Shape: Sendable {
    let name: String
    /// The text that is repeated.
    let unit: String
    /// The text before and after the repetitions.
    var frame = (before: "", behind: "")

    /// Text of this many bytes, or a few more.
    func text(_ size: Int) -> String {
        frame.before + String(repeating: unit, count: max(size / unit.utf8.count, 1)) + frame.behind
    }

    init(_ name: String, _ unit: String, before: String = "", behind: String = "") {
        (self.name, self.unit, self.frame) = (name, unit, (before, behind))
    }

    /// Texts that have a meaning to one of the readers.
    static let all = [
        Shape("one letter", "a"), Shape("one digit", "7"), Shape("spaces", " "), Shape("commas", ","),
        Shape("runs and dots", "a."), Shape("long runs and dots", "abcdefghijabcdefghijabcdefghij."),
        Shape("mixed runs and tildes", "aB3~"), Shape("Base64", "eyJhbGciOiJub25lIn0"),
        Shape("hexadecimal", "0123456789abcdef "),
        Shape("percent signs", "%41"), Shape("broken percent signs", "%"), Shape("quotes", "\""),
        Shape("backslashes", "\\"),
        Shape("equals signs", "="), Shape("parameters alike", "a=b&"), Shape("ampersands", "&"),
        Shape("semicolons", ";"),
        Shape("slashes", "/"), Shape("question marks", "?"), Shape("hash signs", "#"), Shape("at signs", "@"),
        Shape("colons", ":"), Shape("angle brackets", "<"), Shape("words", "word "), Shape("line ends", "\r\n"),
        Shape("controls", "\u{1B}\u{7F}"), Shape("letters with marks", "e\u{301}\u{316}"),
        Shape("marks", "\u{301}\u{316}", before: "e"), Shape("marks that become two", "\u{F73}", before: "\u{F71}"),
        Shape("joined emoji", "👩\u{200D}"), Shape("flags", "\u{1F1E6}"), Shape("turned text", "\u{202E}x"),
        Shape("list of types", "text/html;q=0.1, "), Shape("list of addresses", "10.0.0.1, "),
        Shape("challenges", "Bearer a=\"b\", "),
        Shape("escaped in quotes", "\\\"", before: "Bearer a=\"", behind: "\""),
    ]

    /// JSON texts.
    static let documents = [
        Shape("an array of numbers", "1,", before: "[", behind: "1]"),
        Shape("an array of objects", "{\"a\":1},", before: "[", behind: "{}]"),
        Shape("a long string", "a", before: "\"", behind: "\""),
        Shape("a string of escapes", "\\n", before: "\"", behind: "\""),
        Shape("a string of escaped marks", "\\u0301\\u0316", before: "\"", behind: "\""),
        Shape("a string of marks", "\u{301}\u{316}", before: "\"e", behind: "\""),
        Shape("a method of dots", "a.", before: #"{"jsonrpc":"2.0","id":1,"method":""#, behind: "\"}"),
        Shape(
            "arguments that repeat", "\"aB3.\",",
            before: #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":["#,
            behind: "1]}}}"),
        Shape("an error", "x", before: #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":""#, behind: "\"}}"),
    ]

    /// An object with many members of different names.
    static func members(_ size: Int) -> String {
        "{" + (0..<(size / 14)).map { "\"m\(1_000_000 + $0)\":1" }.joined(separator: ",") + "}"
    }

    /// A form with many parameters of different names.
    static func parameters(_ size: Int) -> String {
        (0..<(size / 12)).map { "p\(1_000_000 + $0)=1" }.joined(separator: "&")
    }

    /// Many different scopes.
    static func scopes(_ size: Int) -> String {
        (0..<(size / 9)).map { "s\(1_000_000 + $0)" }.joined(separator: " ")
    }
}
#endif

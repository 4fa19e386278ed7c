extension Span<UInt8> {
    /// Whether these are the bytes of a text.
    func isExactly(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        let text = text.utf8.span
        return indices.allSatisfy { self[$0] == text[$0] }
    }
}

/// The characters of RFC 9110 §5.5 and §5.6.2.
extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")

    /// Whether it may stand in a token, such as a method or a field's name: `tchar`.
    var isToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether it is a character of ASCII that can be seen: `VCHAR`.
    var isVisible: Bool { self > .space && self < 0x7F }

    /// Whether it may stand in a field's value: white space, what can be seen, and what is beyond ASCII.
    var isValue: Bool { self >= .space && self != 0x7F || self == .tab }

    /// Whether it is white space within a line.
    var isBlank: Bool { self == .space || self == .tab }

    /// A small letter for a capital one.
    var lowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }
}

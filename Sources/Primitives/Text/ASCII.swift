/// The character classes of the RFCs, on ASCII bytes.
extension UInt8 {
    package static let carriageReturn = UInt8(ascii: "\r")
    package static let lineFeed = UInt8(ascii: "\n")
    package static let space = UInt8(ascii: " ")
    package static let tab = UInt8(ascii: "\t")

    /// RFC 5234 §B.1, `ALPHA`.
    package var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// RFC 5234 §B.1, `DIGIT`.
    package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// RFC 3986 §2.3, which is also the alphabet of RFC 7636 §4.1.
    package var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isLetter || isDigit
        }
    }

    /// The value of a hexadecimal digit in either case, or nil for another byte.
    package var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether the byte is allowed in a token, such as a method or a field name: `tchar` of RFC 9110 §5.6.2.
    package var isToken: Bool {
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

    /// Whether it is a visible ASCII character: `VCHAR` of RFC 5234 §B.1.
    package var isVisible: Bool { self > .space && self < 0x7F }

    /// Whether it is allowed in a field value (RFC 9110 §5.5): white space, visible characters, bytes beyond ASCII.
    package var isValue: Bool { self >= .space && self != 0x7F || self == .tab }

    /// Whether it is white space within a line: `WSP` of RFC 5234 §B.1.
    package var isBlank: Bool { self == .space || self == .tab }

    /// The small letter for a capital one, and any other byte unchanged.
    package var lowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }
}

internal import Primitives

/// The bytes that a text stands for where it is percent-encoded or a JSON string, and the place of each in the text.
///
/// RFC 3986 §2.1, RFC 8259 §7.
struct SpelledText {
    /// What an escape stands for.
    struct Reading {
        let bytes: [UInt8]
        /// The number of bytes of the escape.
        let length: Int
    }

    /// The most bytes of text for one byte that it stands for, percent-encoded twice: `%25%34%31`.
    static let longest = 9

    let bytes: [UInt8]
    private let starts: [Int]

    /// Decodes a text; nil when it stands for itself.
    init?(_ text: [UInt8]) {
        guard text.contains(where: Self.isEscape) else { return nil }
        var (bytes, starts) = ([UInt8](), [Int]())
        var position = 0
        while position < text.count {
            let reading = Self.reading(text, at: position)
            for byte in reading?.bytes ?? [text[position]] {
                bytes.append(byte)
                starts.append(position)
            }
            position += reading?.length ?? 1
        }
        self.bytes = bytes
        self.starts = starts + [text.count]
    }

    /// The place in the text of a range of the decoded bytes.
    func place(of range: Range<Int>) -> Range<Int> { starts[range.lowerBound]..<starts[range.upperBound] }

    /// What the text at a position stands for when it is decoded once, and twice; nothing when it is no escape.
    static func readings(_ text: [UInt8], at position: Int) -> [Reading] {
        guard let once = reading(text, at: position) else { return [] }
        guard once.bytes == [percent], let high = unit(text, at: position + once.length),
            let low = unit(text, at: position + once.length + high.length),
            let byte = number([high.bytes[0], low.bytes[0]], 0, digits: 2)
        else { return [once] }
        return [once, Reading(bytes: [UInt8(byte)], length: once.length + high.length + low.length)]
    }

    /// A byte, as it is or as an escape.
    private static func unit(_ text: [UInt8], at position: Int) -> Reading? {
        guard position < text.count else { return nil }
        return reading(text, at: position) ?? Reading(bytes: [text[position]], length: 1)
    }

    /// Whether a byte can begin an escape.
    static func isEscape(_ byte: UInt8) -> Bool { byte == percent || byte == backslash }

    /// What the escape at a position stands for; nil when there is none.
    static func reading(_ text: [UInt8], at position: Int) -> Reading? {
        switch text[position] {
        case percent: number(text, position + 1, digits: 2).map { Reading(bytes: [UInt8($0)], length: 3) }
        case backslash: escaped(text, at: position)
        default: nil
        }
    }

    private static func escaped(_ text: [UInt8], at position: Int) -> Reading? {
        guard position + 1 < text.count else { return nil }
        let letter = text[position + 1]
        if letter == UInt8(ascii: "u") { return character(text, at: position) }
        guard let index = letters.firstIndex(of: letter) else { return nil }
        return Reading(bytes: [meanings[index]], length: 2)
    }

    private static func character(_ text: [UInt8], at position: Int) -> Reading? {
        guard let first = number(text, position + 2, digits: 4) else { return nil }
        if let scalar = Unicode.Scalar(first) { return Reading(bytes: Array(String(scalar).utf8), length: 6) }
        guard (0xD800..<0xDC00).contains(first), position + 7 < text.count, text[position + 6] == backslash,
            text[position + 7] == UInt8(ascii: "u"), let second = number(text, position + 8, digits: 4),
            (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return nil }
        return Reading(bytes: Array(String(scalar).utf8), length: 12)
    }

    /// A number in hexadecimal digits.
    private static func number(_ text: [UInt8], _ position: Int, digits: Int) -> UInt32? {
        guard position + digits <= text.count else { return nil }
        var number: UInt32 = 0
        for byte in text[position..<(position + digits)] {
            guard let digit = byte.hexValue else { return nil }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    private static let percent = UInt8(ascii: "%")
    private static let backslash = UInt8(ascii: "\\")
    private static let letters = Array(#""\/bfnrt"#.utf8)
    private static let meanings = Array("\"\\/\u{8}\u{C}\n\r\t".utf8)
}

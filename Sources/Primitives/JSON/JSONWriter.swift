/// Writes JSON on one line.
///
/// RFC 8259. Control characters are escaped, so that the text fits one `data:` line of an event stream, and so are
/// U+2028 and U+2029, which older JavaScript treats as line ends. Members keep their order.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []

    /// The initial capacity in bytes, enough for most messages.
    private static let usualSize = 512

    /// Makes a writer with an empty text.
    public init() { bytes.reserveCapacity(Self.usualSize) }

    /// The bytes of one value.
    public static func bytes(of value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.bytes
    }

    /// The bytes of one object.
    public static func bytes(of object: JSONObject) -> [UInt8] { bytes(of: .object(object)) }

    /// Appends a value.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(raw: "null")
        case .bool(let value): write(raw: value ? "true" : "false")
        case .number(let number): write(raw: number.text)
        case .string(let text): write(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in object.members.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                write(member.name)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends text that is JSON already.
    package mutating func write(raw json: String) {
        var json = json
        json.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes that are JSON already.
    package mutating func write(raw json: [UInt8]) { bytes.append(contentsOf: json) }

    /// Appends a string in quotes.
    package mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(utf8: $0) }
    }

    /// Appends UTF-8 as a string in quotes.
    package mutating func write(text: [UInt8]) { text.withUnsafeBufferPointer { write(utf8: $0) } }

    /// Makes room for a large text and a little after it, which saves copying it while the text grows.
    package mutating func makeRoom(for count: Int) {
        let wanted = bytes.count + count + Self.usualSize
        guard count > Self.usualSize, wanted > bytes.capacity else { return }
        // Twice the capacity at least, or many such texts would each copy all before them.
        bytes.reserveCapacity(max(wanted, 2 * bytes.capacity))
    }

    private mutating func write(utf8 text: UnsafeBufferPointer<UInt8>) {
        makeRoom(for: text.count)
        bytes.append(UInt8(ascii: "\""))
        var (plainStart, position) = (0, 0)
        while true {
            position = PlainRunScanner.end(in: text, from: position, orAt: Self.lineSeparatorStart)
            if position == text.count { break }
            guard let escape = Self.escape(text, at: position) else {
                position += 1
                continue
            }
            bytes.append(contentsOf: text[plainStart..<position])
            write(raw: escape)
            position += text[position] == Self.lineSeparatorStart ? 3 : 1
            plainStart = position
        }
        bytes.append(contentsOf: text[plainStart...])
        bytes.append(UInt8(ascii: "\""))
    }

    /// U+2028 and U+2029 are E2 80 A8 and E2 80 A9 in UTF-8.
    private static let lineSeparatorStart: UInt8 = 0xE2

    private static func escape(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> String? {
        switch text[position] {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case lineSeparatorStart:
            switch (text[position + 1], text[position + 2]) {
            case (0x80, 0xA8): "\\u2028"
            case (0x80, 0xA9): "\\u2029"
            default: nil
            }
        case let control where control < 0x10: "\\u000\(String(control, radix: 16))"
        case let control: "\\u00\(String(control, radix: 16))"
        }
    }
}

/// The recursive descent behind ``JSONParser``.
///
/// It lives inside one `withUnsafeBufferPointer`: the pointer spares a bounds check a byte, and each access here is
/// preceded by its own check of the end.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        let value = try value()
        if next() != nil { throw error("unexpected text after the value") }
        return value
    }

    // MARK: Structure

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard let first = next() else { throw error("the text ends where a value should be") }
        switch first {
        case UInt8(ascii: "{"): return .object(try nested { (reader) throws(JSONSyntaxError) in try reader.object() })
        case UInt8(ascii: "["): return .array(try nested { (reader) throws(JSONSyntaxError) in try reader.array() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw error("a value cannot start like this")
        }
    }

    private mutating func nested<Value>(
        _ read: (inout JSONReader) throws(JSONSyntaxError) -> Value
    ) throws(JSONSyntaxError) -> Value {
        guard depth < JSONParser.depthLimit else { throw error("nested more than \(JSONParser.depthLimit) deep") }
        depth += 1
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        var object = JSONObject()
        if take("}") { return object }
        repeat {
            guard next() == UInt8(ascii: "\"") else { throw error("a member needs a name in quotes") }
            let name = try string()
            guard take(":") else { throw error("a name needs a colon after it") }
            let start = position
            let value = try value()
            guard object.insert(value, under: name) else {
                throw JSONSyntaxError(offset: start, problem: "a name occurs twice in one object")
            }
        } while take(",")
        guard take("}") else { throw error("an object needs a comma or its closing brace here") }
        return object
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        var elements: [JSONValue] = []
        if take("]") { return elements }
        repeat { elements.append(try value()) } while take(",")
        guard take("]") else { throw error("an array needs a comma or its closing bracket here") }
        return elements
    }

    // MARK: Scalars

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: end - position))
        else { throw error("a value cannot start like this") }
        position = end
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONNumber {
        let start = position
        skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { skip("-") }
            try digits()
        }
        return JSONNumber(
            spelt: String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self))
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        if position == start { throw error("a number needs a digit here") }
    }

    /// A string, from its opening to its closing quote.
    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        try skipPlainText()
        if bytes[position] == UInt8(ascii: "\"") {
            position += 1
            return try text(UnsafeBufferPointer(rebasing: bytes[start..<position - 1]), from: start)
        }
        var unescaped: [UInt8] = []
        var plainStart = start
        while bytes[position] == UInt8(ascii: "\\") {
            unescaped.append(contentsOf: bytes[plainStart..<position])
            try unescape(into: &unescaped)
            plainStart = position
            try skipPlainText()
        }
        unescaped.append(contentsOf: bytes[plainStart..<position])
        position += 1
        return try unescaped.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) in
            try text(buffer, from: start)
        }
    }

    /// Stops at a quote or a backslash, which is certain to be there.
    private mutating func skipPlainText() throws(JSONSyntaxError) {
        let end = bytes[position...].firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
        position = end ?? bytes.count
        guard let end else { throw error("the text ends within a string") }
        if bytes[end] < 0x20 { throw error("a control character in a string needs an escape") }
    }

    private func text(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(JSONSyntaxError) -> String {
        guard let text = try? UTF8Span(validating: bytes.span) else {
            throw JSONSyntaxError(offset: start, problem: "this string is not UTF-8")
        }
        return String(copying: text)
    }

    // MARK: Bytes

    /// The next byte that is not white space, which stays to be read.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Skips white space, then the character if it is there.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        next() == UInt8(ascii: character) && skip(character)
    }

    @discardableResult
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func error(_ problem: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: position, problem: problem)
    }
}

// MARK: Escapes

extension JSONReader {
    /// Replaces the escape at the current position.
    private mutating func unescape(into unescaped: inout [UInt8]) throws(JSONSyntaxError) {
        guard position + 1 < bytes.count else { throw error("the text ends within a string") }
        let letter = bytes[position + 1]
        if letter == UInt8(ascii: "u") {
            let scalar = try unicodeEscape()
            unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        }
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        default: throw error("no such escape")
        }
        position += 2
    }

    /// A `\uXXXX` or, for scalars beyond U+FFFF, a pair of them (RFC 8259 §7).
    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit) else { throw error("a low surrogate without its high half") }
        let trail = try codeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw error("a high surrogate without its low half") }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
        guard position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw error("a high surrogate without its low half, or an escape cut short") }
        var unit: UInt16 = 0
        for byte in bytes[position + 2..<position + 6] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("an escape needs four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
        }
        position += 6
        return unit
    }
}

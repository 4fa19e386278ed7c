/// The recursive descent parser behind ``JSONDocument``.
///
/// It lives inside one `withUnsafeBufferPointer`, which saves a bounds check per byte; each access checks the end
/// itself.
struct JSONReader {
    /// The nodes; each value stands before the values in it.
    private(set) var places: [JSONNode] = []
    /// The unescaped strings; their positions count from the end of the text.
    private(set) var unescaped: [UInt8] = []
    private(set) var indexes: JSONIndexes = [:]

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    /// The size in bytes of a typical name or value, and the number of them in a typical message: with this capacity
    /// the nodes grow once.
    private static let usualSize = 8
    private static let usualCount = 64

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func read() throws(JSONSyntaxError) {
        guard bytes.count <= JSONNode.longestText else { throw error("the text is too long") }
        let text: UTF8Span
        do {
            text = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONSyntaxError(offset: error.byteOffsets.lowerBound, problem: "the text is not UTF-8")
        }
        guard text.isStreamSafe else { throw error(JSONSyntaxError.tooManyMarks) }
        places.reserveCapacity(min(bytes.count / Self.usualSize, Self.usualCount))
        try value()
        if next() != nil { throw error("unexpected text after the value") }
    }

    // MARK: Structure

    private mutating func value() throws(JSONSyntaxError) {
        guard let first = next() else { throw error("the text ends where a value should be") }
        switch first {
        case UInt8(ascii: "{"): try nested(.object) { (reader) throws(JSONSyntaxError) in try reader.members() }
        case UInt8(ascii: "["): try nested(.array) { (reader) throws(JSONSyntaxError) in try reader.elements() }
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true", .true)
        case UInt8(ascii: "f"): try literal("false", .false)
        case UInt8(ascii: "n"): try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw error("a value cannot start like this")
        }
    }

    /// Reads what is between two brackets, and sets the number of elements that the function returns.
    private mutating func nested(
        _ kind: JSONNode.Kind, _ read: (inout JSONReader) throws(JSONSyntaxError) -> Int
    ) throws(JSONSyntaxError) {
        guard depth < JSONParser.depthLimit else { throw error(JSONSyntaxError.tooDeep) }
        let container = places.count
        add(kind, start: position)
        depth += 1
        position += 1
        places[container].size = try read(&self)
        places[container].next = places.count
        depth -= 1
    }

    private mutating func members() throws(JSONSyntaxError) -> Int {
        let object = places.count - 1
        var count = 0
        if take("}") { return count }
        repeat {
            guard next() == UInt8(ascii: "\"") else { throw error("a member needs a name in quotes") }
            let (name, start) = (places.count, position)
            try string()
            guard isNew(name, in: object, after: count) else {
                throw JSONSyntaxError(offset: start, problem: JSONSyntaxError.repeatedName)
            }
            guard take(":") else { throw error("a name needs a colon after it") }
            try value()
            count += 1
        } while take(",")
        guard take("}") else { throw error("an object needs a comma or its closing brace here") }
        return count
    }

    private mutating func elements() throws(JSONSyntaxError) -> Int {
        var count = 0
        if take("]") { return count }
        repeat {
            try value()
            count += 1
        } while take(",")
        guard take("]") else { throw error("an array needs a comma or its closing bracket here") }
        return count
    }

    private mutating func add(_ kind: JSONNode.Kind, start: Int, size: Int = 0) {
        places.append(JSONNode(kind, start: start, size: size, next: places.count + 1))
    }

    // MARK: Scalars

    private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind) throws(JSONSyntaxError) {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: end - position))
        else { throw error("a value cannot start like this") }
        add(kind, start: position)
        position = end
    }

    private mutating func number() throws(JSONSyntaxError) {
        let start = position
        skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { skip("-") }
            try digits()
        }
        add(.number, start: start, size: position - start)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        if position == start { throw error("a number needs a digit here") }
    }

    /// A string, from its opening to its closing quote.
    private mutating func string() throws(JSONSyntaxError) {
        position += 1
        var plainStart = position
        try skipPlainText()
        if bytes[position] == UInt8(ascii: "\"") {
            add(.string, start: plainStart, size: position - plainStart)
        } else {
            let start = unescaped.count
            while bytes[position] == UInt8(ascii: "\\") {
                unescaped.append(contentsOf: bytes[plainStart..<position])
                try unescape()
                plainStart = position
                try skipPlainText()
            }
            unescaped.append(contentsOf: bytes[plainStart..<position])
            guard UTF8Span(unchecked: unescaped.span.extracting(start...)).isStreamSafe else {
                throw error(JSONSyntaxError.tooManyMarks)
            }
            add(.string, start: bytes.count + start, size: unescaped.count - start)
        }
        position += 1
    }

    /// Skips to a quote or a backslash, one of which must follow.
    private mutating func skipPlainText() throws(JSONSyntaxError) {
        position = PlainRunScanner.end(in: bytes, from: position)
        guard position < bytes.count else { throw error("the text ends within a string") }
        if bytes[position] < 0x20 { throw error("a control character in a string needs an escape") }
    }

    // MARK: Bytes

    /// Skips white space and returns the next byte without consuming it.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Skips white space, then consumes the character if it is next.
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

// MARK: Names

extension JSONReader {
    /// Whether the name differs from all earlier names of the object; beyond a number of members it is added to an
    /// index.
    private mutating func isNew(_ name: Int, in object: Int, after count: Int) -> Bool {
        if count > JSONObject.largestUnindexedCount { return index(name, in: object) }
        var earlier = object + 1
        while earlier < name {
            if isSame(places[earlier], places[name]) { return false }
            if count == JSONObject.largestUnindexedCount { _ = index(earlier, in: object) }
            earlier = places[earlier + 1].next
        }
        return count < JSONObject.largestUnindexedCount || index(name, in: object)
    }

    private mutating func index(_ name: Int, in object: Int) -> Bool {
        let place = places[name]
        let text = String(decoding: (place.start..<place.start + place.size).map(octet), as: UTF8.self)
        return indexes[object, default: [:]].updateValue(name + 1, forKey: ExactName(text: text)) == nil
    }

    private func isSame(_ left: JSONNode, _ right: JSONNode) -> Bool {
        left.size == right.size && (0..<left.size).allSatisfy { octet(left.start + $0) == octet(right.start + $0) }
    }

    private func octet(_ position: Int) -> UInt8 {
        position < bytes.count ? bytes[position] : unescaped[position - bytes.count]
    }
}

// MARK: Escapes

extension JSONReader {
    /// Unescapes the escape sequence at the current position.
    private mutating func unescape() throws(JSONSyntaxError) {
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

    /// Reads `\uXXXX` or, for scalars beyond U+FFFF, a pair of them (RFC 8259 §7).
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

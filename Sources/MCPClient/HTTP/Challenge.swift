/// One challenge of `WWW-Authenticate`: a scheme and its parameters.
///
/// RFC 9110 §11.6.1 and §11.3. A field may hold several, and there may be several fields.
struct Challenge: Sendable, Equatable {
    /// The scheme in lower case.
    let scheme: String
    /// The parameters; names in lower case, values without quotes and escapes.
    let parameters: [String: String]

    subscript(_ name: String) -> String? { parameters[name] }

    /// The scheme of OAuth (RFC 6750 §3).
    static let bearer = "bearer"

    /// Parses all challenges of all fields, and skips malformed ones.
    static func parse(_ fields: [String]) -> [Challenge] {
        fields.flatMap { field in
            var reader = ChallengeReader(field)
            return reader.challenges()
        }
    }
}

/// Parses the bytes of one field.
struct ChallengeReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ field: String) { bytes = Array(field.utf8) }

    mutating func challenges() -> [Challenge] {
        var found: [Challenge] = []
        while skipSeparators(), let scheme = token() {
            var parameters: [String: String] = [:]
            skipSpaces()
            skipToken68()
            while skipSeparators(), let (name, value) = parameter() {
                if parameters[name] == nil { parameters[name] = value }
            }
            found.append(Challenge(scheme: scheme.lowercased(), parameters: parameters))
        }
        return found
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { position += 1 }
    }

    /// Moves to the next element of the list; false at the end.
    private mutating func skipSeparators() -> Bool {
        skipSpaces()
        while current == UInt8(ascii: ",") {
            position += 1
            skipSpaces()
        }
        return current != nil
    }

    private mutating func token() -> String? {
        let start = position
        while let byte = current, Self.isTokenCharacter(byte) { position += 1 }
        return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Skips credentials of one word, such as those of `Negotiate`: a word without `=` and a value after it.
    private mutating func skipToken68() {
        let start = position
        while let byte = current, Self.isTokenCharacter(byte) || byte == UInt8(ascii: "/") { position += 1 }
        while current == UInt8(ascii: "=") { position += 1 }
        let end = position
        skipSpaces()
        if end == start || !(current == nil || current == UInt8(ascii: ",")) { position = start }
    }

    /// Reads a name, an equals sign and a value; otherwise the position stays, because a scheme follows.
    private mutating func parameter() -> (String, String)? {
        let start = position
        guard let name = token() else { return nil }
        skipSpaces()
        guard current == UInt8(ascii: "=") else {
            position = start
            return nil
        }
        position += 1
        skipSpaces()
        if current == UInt8(ascii: "\"") { return (name.lowercased(), quoted()) }
        let valueStart = position
        while let byte = current, byte != UInt8(ascii: ","), byte != 0x20, byte != 0x09 { position += 1 }
        return (name.lowercased(), String(decoding: bytes[valueStart..<position], as: UTF8.self))
    }

    private mutating func quoted() -> String {
        position += 1
        var value: [UInt8] = []
        while let byte = current {
            position += 1
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\"), let escaped = current {
                value.append(escaped)
                position += 1
            } else {
                value.append(byte)
            }
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Whether a byte may stand in a name (RFC 9110 §5.6.2).
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

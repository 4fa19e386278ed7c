internal import Primitives

/// Reads the lines of a field section.
///
/// RFC 9112 §5: `name: value`, without white space before the colon (§5.1) and without obsolete line folding (§5.2).
enum FieldLines {
    /// Finds the fields in lines that end with an empty one.
    static func read(_ bytes: [UInt8], from start: Int) throws(Refusal) -> [HTTPFields.Position] {
        var positions: [HTTPFields.Position] = []
        positions.reserveCapacity(16)
        let octets = bytes.span
        var line = start
        while line < octets.count, octets[line] != .carriageReturn {
            let position = try field(octets, from: line)
            guard position.isASCII || bytes[position.field.value].isStreamSafe else {
                throw .malformed("at most \(CombiningMarkLimit.maximum) marks in a row", "a header field with more")
            }
            positions.append(position.field)
            line = position.next
        }
        guard line + 2 == octets.count, octets[line + 1] == .lineFeed else { throw malformed }
        return positions
    }

    private static let malformed = Refusal.malformed(
        "header fields as 'Name: value' lines that end with CR LF",
        "a line with characters that may not be in one, or folded onto the next")

    private static func field(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(Refusal) -> (field: HTTPFields.Position, isASCII: Bool, next: Int) {
        var index = start
        while index < bytes.count, bytes[index].isToken { index += 1 }
        guard index > start, index < bytes.count, bytes[index] == UInt8(ascii: ":") else { throw malformed }
        let name = start..<index
        index += 1
        while index < bytes.count, bytes[index].isBlank { index += 1 }
        let first = index
        var all: UInt8 = 0
        while index < bytes.count, bytes[index].isValue {
            all |= bytes[index]
            index += 1
        }
        guard index + 1 < bytes.count, bytes[index] == .carriageReturn, bytes[index + 1] == .lineFeed else {
            throw malformed
        }
        var end = index
        while end > first, bytes[end - 1].isBlank { end -= 1 }
        return (HTTPFields.Position(name: name, value: first..<end), all < 0x80, index + 2)
    }
}

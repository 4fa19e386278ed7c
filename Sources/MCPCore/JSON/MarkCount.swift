/// Counts the marks that follow one another in a text.
///
/// `String` compares and hashes by canonical equivalence. For that it sorts the marks that follow one another, which
/// takes time by the square of their number: a megabyte of them would take minutes. So text from a peer may have at
/// most ``most`` in a row, which is what the Stream-Safe Text Format allows (UAX #15, section 13); no language has ten.
struct MarkCount {
    /// The most marks in a row.
    static let most = 30

    private var count = 0

    /// Whether the text may go on with a character.
    mutating func allows(_ scalar: Unicode.Scalar) -> Bool {
        count = Self.isMark(scalar) ? count + 1 : 0
        return count <= Self.most
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Where most letters are, there are no marks.
        case ..<0x300, 0x3100..<0xA66F, 0xAC00..<0xD7A4: false
        // They become two marks each.
        case 0xF73, 0xF75, 0xF81: true
        default: scalar.properties.canonicalCombiningClass != .notReordered
        }
    }
}

extension UTF8Span {
    /// Whether few enough marks follow one another that the text can be compared in time.
    var isStreamSafe: Bool {
        var text = self
        if text.checkForASCII() { return true }
        var (marks, scalars) = (MarkCount(), text.makeUnicodeScalarIterator())
        while let scalar = scalars.next() {
            guard marks.allows(scalar) else { return false }
        }
        return true
    }
}

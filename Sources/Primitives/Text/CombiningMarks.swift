/// A limit to the combining marks that follow one another in a text.
///
/// `String` compares and hashes by canonical equivalence. For that it sorts the marks that follow one another, which
/// takes time by the square of their number: a megabyte of them would take minutes. So text from a peer may have at
/// most ``maximum`` in a row, as the Stream-Safe Text Format allows (UAX #15, section 13); no language has ten.
package struct CombiningMarkLimit {
    /// The most marks in a row.
    package static let maximum = 30

    private var count = 0

    /// Starts before the text.
    package init() {}

    /// Whether the text may go on with a character.
    package mutating func allows(_ scalar: Unicode.Scalar) -> Bool {
        count = Self.isMark(scalar) ? count + 1 : 0
        return count <= Self.maximum
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
    package var isStreamSafe: Bool {
        var text = self
        if text.checkForASCII() { return true }
        var (marks, scalars) = (CombiningMarkLimit(), text.makeUnicodeScalarIterator())
        while let scalar = scalars.next() {
            guard marks.allows(scalar) else { return false }
        }
        return true
    }
}

extension String {
    /// Whether few enough marks follow one another that the text can be compared in time.
    package var isStreamSafe: Bool {
        if utf8.allSatisfy({ $0 < 0x80 }) { return true }
        var marks = CombiningMarkLimit()
        return unicodeScalars.allSatisfy { marks.allows($0) }
    }
}

extension Sequence<UInt8> {
    /// Whether few enough marks follow one another that the text can be compared in time.
    package var isStreamSafe: Bool {
        var marks = CombiningMarkLimit()
        return String(decoding: Array(self), as: UTF8.self).unicodeScalars.allSatisfy { marks.allows($0) }
    }
}

/// A limit on the number of consecutive combining marks in a text.
///
/// `String` compares and hashes by canonical equivalence. For that it sorts consecutive marks, in quadratic time: a
/// megabyte of them would take minutes. So text from a peer may have at most ``maximum`` in a row, the limit of the
/// Stream-Safe Text Format (UAX #15, section 13); no language has ten.
package struct CombiningMarkLimit {
    /// The maximum number of consecutive marks.
    package static let maximum = 30

    private var count = 0

    /// Makes a counter for the start of a text.
    package init() {}

    /// Counts the next character, and returns whether the text is still within the limit.
    package mutating func allows(_ scalar: Unicode.Scalar) -> Bool {
        count = Self.isMark(scalar) ? count + 1 : 0
        return count <= Self.maximum
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // These blocks, with most of the letters in use, have no marks.
        case ..<0x300, 0x3100..<0xA66F, 0xAC00..<0xD7A4: false
        // Each decomposes into two marks.
        case 0xF73, 0xF75, 0xF81: true
        default: scalar.properties.canonicalCombiningClass != .notReordered
        }
    }
}

extension UTF8Span {
    /// Whether the text has so few consecutive marks that comparing it takes linear time.
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
    /// Whether the text has so few consecutive marks that comparing it takes linear time.
    package var isStreamSafe: Bool {
        if utf8.allSatisfy({ $0 < 0x80 }) { return true }
        var marks = CombiningMarkLimit()
        return unicodeScalars.allSatisfy { marks.allows($0) }
    }
}

extension Sequence<UInt8> {
    /// Whether the text has so few consecutive marks that comparing it takes linear time.
    package var isStreamSafe: Bool {
        var marks = CombiningMarkLimit()
        return String(decoding: Array(self), as: UTF8.self).unicodeScalars.allSatisfy { marks.allows($0) }
    }
}

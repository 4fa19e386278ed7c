/// Which characters of a stranger's text may be shown to people.
///
/// Text from a peer ends up in log lines, terminals, pages and reports. A control character ends a line there or steers
/// the terminal, a bidirectional one turns the order of what stands around it, an invisible one makes two different
/// texts look alike, and XML has no place for some (XML 1.0 §2.2).
extension Unicode.Scalar {
    /// Whether it can be seen, and leaves what stands around it as it is.
    ///
    /// Controls, line and paragraph separators, format characters (U+202E, U+200D and U+0600 among them), other
    /// invisible ones and those that are no characters (U+FFFE and its like) are not legible; a space is.
    public var isLegible: Bool {
        if value < 0x7F { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
        default: return !properties.isDefaultIgnorableCodePoint && !properties.isNoncharacterCodePoint
        }
    }

    /// The most marks on one character; no script in use needs more.
    fileprivate static let longestMarkRun = 4

    /// Whether it is drawn over the character before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}

extension String {
    /// The text for people to read: whatever is not legible is replaced.
    ///
    /// A mark that comes first gets a circle of its own, so that it cannot cling to what stands before the text. Of the
    /// marks on one character only the first few stay, for a flood of them covers the lines above and below.
    ///
    /// - Parameters:
    ///   - replacement: what stands in place of a character that is not legible.
    ///   - kept: characters that stay although they are not legible, such as line ends where there may be some.
    public func legible(
        replacement: Unicode.Scalar = "\u{FFFD}", keeping kept: [Unicode.Scalar] = []
    ) -> String {
        // Most texts are printable ASCII.
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var shown = String.UnicodeScalarView()
        if let first = unicodeScalars.first, first.isMark { shown.append("\u{25CC}") }
        var marks = 0
        for scalar in unicodeScalars {
            marks = scalar.isMark ? marks + 1 : 0
            if marks > Unicode.Scalar.longestMarkRun { continue }
            shown.append(scalar.isLegible || kept.contains(scalar) ? scalar : replacement)
        }
        return String(shown)
    }
}

extension [Unicode.Scalar] {
    /// What may stand in text of several lines.
    public static let lineBreaks: [Unicode.Scalar] = ["\n", "\r", "\t"]

    /// What languages and emoji are written with although it cannot be seen: joiners and variation selectors.
    ///
    /// They change the look of the letters next to them and nothing else.
    public static let joiners: [Unicode.Scalar] = ["\u{200C}", "\u{200D}", "\u{FE0E}", "\u{FE0F}"]
}

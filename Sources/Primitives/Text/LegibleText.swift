/// The characters of a peer's text that may be shown to people.
///
/// Text from a peer ends up in log lines, terminals, pages and reports. There a control character ends a line or steers
/// the terminal, a bidirectional one reorders the text around it, an invisible one makes two different texts look
/// alike, and some are not allowed in XML (XML 1.0 §2.2).
extension Unicode.Scalar {
    /// Whether the character is visible and does not change the text around it.
    ///
    /// Controls, line and paragraph separators, format characters (U+202E, U+200D and U+0600 among them), other
    /// invisible characters and noncharacters (such as U+FFFE) are not legible; a space is.
    public var isLegible: Bool {
        if value < 0x7F { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
        default: return !properties.isDefaultIgnorableCodePoint && !properties.isNoncharacterCodePoint
        }
    }

    /// The maximum number of marks on one character; no script in use needs more.
    fileprivate static let longestMarkRun = 4

    /// Whether it is drawn over the character before it.
    fileprivate var isMark: Bool {
        // The first one is U+0300.
        guard value >= 0x300 else { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return true
        default: return false
        }
    }
}

extension String {
    /// The text for people to read, with a replacement for each character that is not legible.
    ///
    /// A mark at the start gets a dotted circle to stand on, so that it does not combine with the text before. Of the
    /// marks on one character only the first few stay, because a flood of them covers the lines above and below.
    ///
    /// - Parameters:
    ///   - replacement: the text in place of a character that is not legible.
    ///   - kept: characters that stay although they are not legible, such as line ends where they are allowed.
    public func legible(
        replacement: Unicode.Scalar = "\u{FFFD}", keeping kept: [Unicode.Scalar] = []
    ) -> String {
        // Most texts are printable ASCII.
        let isPlain = utf8.allSatisfy {
            (0x20..<0x7F).contains($0) || $0 < 0x20 && kept.contains(Unicode.Scalar($0))
        }
        if isPlain { return self }
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
    /// The characters allowed in text of several lines.
    public static let lineBreaks: [Unicode.Scalar] = ["\n", "\r", "\t"]

    /// Joiners and variation selectors: invisible, but needed to write some languages and emoji.
    ///
    /// They change the look of the letters next to them and nothing else.
    public static let joiners: [Unicode.Scalar] = ["\u{200C}", "\u{200D}", "\u{FE0E}", "\u{FE0F}"]
}

internal import Primitives

extension String {
    /// The beginning, without characters that could steer a terminal or hide text.
    func printable(_ limit: Int = 200) -> String {
        let beginning = String(unicodeScalars.prefix(limit + 1))
        let isLonger = beginning.unicodeScalars.count > limit
        return (isLonger ? String(beginning.unicodeScalars.dropLast()) : beginning).legible(replacement: " ")
            + (isLonger ? "…" : "")
    }

    /// Nil for an empty text, which some servers send for no value.
    var unlessEmpty: String? { isEmpty ? nil : self }

    /// The text with one mark at its end, whatever a quoted text at its end brought along: a full stop, unless it has a
    /// question or exclamation mark or an ellipsis.
    package var sentence: String {
        let words = trimmingSpace
        if let last = words.last, "?!…".contains(last) { return words }
        return String(words[..<(words.lastIndex { !".: ".contains($0) }.map(words.index(after:)) ?? words.startIndex)])
            + "."
    }

    /// The text without leading and trailing white space.
    var trimmingSpace: String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let end = unicodeScalars.reversed().drop(while: isSpace)
        return String(String.UnicodeScalarView(end.reversed().drop(while: isSpace)))
    }

    /// The text for a line of a screen: what a server sends begins no other line.
    package var oneLine: String { legible(replacement: " ") }

    /// The text for a screen, with line feeds and tabs.
    ///
    /// A server's text may contain characters that move the cursor, change the reading direction or cover other lines.
    package var withoutControls: String { legible(keeping: ["\n", "\t"]) }
}

extension [UInt8] {
    /// JSON for a screen: illegible characters are escaped, so that the value stays the same.
    package var escapedJSON: [UInt8] {
        if allSatisfy({ $0 < 0x7F }) { return self }
        var result: [UInt8] = []
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            guard scalar.value >= 0x7F, !scalar.isLegible else {
                result += String(scalar).utf8
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
        }
        return result
    }
}

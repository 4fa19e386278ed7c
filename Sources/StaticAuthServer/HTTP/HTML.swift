internal import OAuth
internal import Primitives

/// Markup in which every interpolated text is escaped.
///
/// Only literals of this type, and files of the build, are markup, so a value of a request cannot become a tag:
/// interpolated text is escaped for element content and for quoted attribute values, and illegible characters are
/// replaced, so that the result is XML, too. Other markup is inserted unchanged.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    package let markup: String

    /// A text file that the build embeds in the program, without the line feed at its end.
    init(file: [UInt8]) {
        markup = String(decoding: file.dropLast(), as: UTF8.self)
    }

    package init(stringLiteral value: String) {
        markup = value
    }

    package init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            markup += literal
        }

        package mutating func appendInterpolation(_ html: HTML) {
            markup += html.markup
        }

        package mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { markup += part.markup }
        }

        package mutating func appendInterpolation(_ text: String) {
            let text = text.legible(keeping: .lineBreaks + .joiners)
            var rest = text.utf8[...]
            while let index = rest.firstIndex(where: { Self.entity($0) != nil }) {
                markup += text[rest.startIndex..<index]
                markup += Self.entity(rest[index]) ?? ""
                rest = rest[rest.index(after: index)...]
            }
            markup += text[rest.startIndex...]
        }

        /// The entity for a character that is markup; nil for any other.
        private static func entity(_ character: UInt8) -> String? {
            switch character {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "'"): "&#39;"
            default: nil
            }
        }
    }
}

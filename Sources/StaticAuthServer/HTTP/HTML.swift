internal import Primitives
internal import OAuth

/// Markup in which every interpolated text is escaped.
///
/// Text becomes markup only through a literal of this type, or as a file of the build, so a value of a request cannot
/// become a tag: what is interpolated is escaped for element content and for quoted attribute values alike, and what is
/// not legible is replaced, so that what comes out is XML, too. Other markup goes in unchanged.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    let markup: String

    /// A text file that the build embeds in the program, without the line feed at its end.
    init(file: [UInt8]) {
        markup = String(decoding: file.dropLast(), as: UTF8.self)
    }

    init(stringLiteral value: String) {
        markup = value
    }

    init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    struct StringInterpolation: StringInterpolationProtocol {
        var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) {
            markup += literal
        }

        mutating func appendInterpolation(_ html: HTML) {
            markup += html.markup
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { markup += part.markup }
        }

        mutating func appendInterpolation(_ text: String) {
            for scalar in text.legible(keeping: .lineBreaks + .joiners).unicodeScalars {
                switch scalar {
                case "&": markup += "&amp;"
                case "<": markup += "&lt;"
                case ">": markup += "&gt;"
                case "\"": markup += "&quot;"
                case "'": markup += "&#39;"
                default: markup.unicodeScalars.append(scalar)
                }
            }
        }
    }
}

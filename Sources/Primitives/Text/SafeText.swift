/// Text that cannot hold a secret, because of what it can be made of.
///
/// It is made of literals, numbers and other safe text. Any other text has to be declared public; it is cut off after
/// ``longest`` characters, and its illegible characters are replaced. The target `OAuth` adds secrets, of which it
/// shows length and fingerprint.
public struct SafeText: ExpressibleByStringInterpolation, Equatable, Sendable {
    /// The text.
    public let text: String

    /// The maximum number of characters of a public value.
    public static let longest = 300

    /// Takes a literal.
    public init(stringLiteral value: String) {
        text = value
    }

    /// Takes a literal with values in it.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    private init(text: String) {
        self.text = text
    }

    /// The text after a final search for secrets that were put where none belong.
    public func searched(_ search: (String) -> String) -> SafeText {
        SafeText(text: search(text))
    }

    /// Collects the parts of an interpolated literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Reserves the capacity.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 24 * interpolationCount)
        }

        /// Appends a part of the literal.
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Appends other safe text.
        public mutating func appendInterpolation(_ other: SafeText) {
            text += other.text
        }

        /// Appends a number.
        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            text += String(number)
        }

        /// Appends a duration in the form for people: `2.1 s`, `45 s`, `12 min`, `3 h`, `40 d`.
        public mutating func appendInterpolation(_ duration: Duration) {
            // The limit is longer than the age of the universe, and fits every integer below.
            let duration = min(max(duration, .seconds(-1_000_000_000_000_000_000)), .seconds(1_000_000_000_000_000_000))
            let seconds = duration.components.seconds
            switch abs(seconds) {
            case ..<10:
                let tenths = duration.components.attoseconds / 100_000_000_000_000_000
                text += tenths == 0 ? "\(seconds) s" : "\(seconds).\(abs(tenths)) s"
            case ..<120: text += "\(seconds) s"
            case ..<7200: text += "\(seconds / 60) min"
            case ..<172_800: text += "\(seconds / 3600) h"
            default: text += "\(seconds / 86_400) d"
            }
        }

        /// Appends text that is public by its nature: a setting, or a parameter that is public by its name.
        public mutating func appendInterpolation(public value: String) {
            let scalars = value.unicodeScalars
            guard let end = scalars.index(scalars.startIndex, offsetBy: SafeText.longest, limitedBy: scalars.endIndex),
                end != scalars.endIndex
            else {
                text += SafeText.legible(value)
                return
            }
            // A search for secrets would not find the beginning of a token, so the whole word goes.
            let cut = value[..<end].utf8.lastIndex { !$0.isUnreserved }.map { value.utf8.index(after: $0) }
            text += SafeText.legible(String(value[..<(cut ?? value.startIndex)])) + "…"
        }
    }
}

extension SafeText {
    /// The text with a question mark for each character that is illegible or replaced invalid UTF-8.
    private static func legible(_ text: String) -> String {
        let scalars = text.legible(replacement: "?").unicodeScalars.map { $0 == "\u{FFFD}" ? "?" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Joins texts with a separator.
    public init(_ parts: [SafeText], separator: SafeText) {
        text = parts.map(\.text).joined(separator: separator.text)
    }

    /// Lists public values, each in quotes; of a long list only the first few, and the number of the others.
    public init(list values: some Collection<String>) {
        var parts = values.prefix(6).map { "'\(public: $0)'" as SafeText }
        if values.count > parts.count { parts.append("\(values.count - parts.count) more") }
        self.init(parts, separator: ", ")
    }

    /// Joins two texts.
    public static func + (left: SafeText, right: SafeText) -> SafeText { "\(left)\(right)" }
}

extension SafeText {
    /// The approximate heap memory in bytes: text of up to 15 bytes is stored inline, other text has a header.
    package var size: Int { text.utf8.count <= 15 ? 0 : text.utf8.count + 48 }
}

extension SafeText: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}

/// A number in the spelling of its author.
///
/// RFC 8259 §6 sets no limit on size or precision, and an `id` must be returned unchanged: 9007199254740993 does not
/// fit a `Double`. Two numbers are equal when they are spelt alike, so `1` and `1.0` differ; compare ``doubleValue``
/// for the value.
public struct JSONNumber: Sendable, Hashable {
    /// The digits, sign, point and exponent.
    public let text: String

    /// Wraps text that the parser has found to be a number.
    init(spelt text: String) { self.text = text }

    /// A whole number in decimal.
    public init(_ value: Int) { text = String(value) }

    /// The shortest text that reads back as the same value, with a point or an exponent (`2.0`).
    ///
    /// Nil for infinities and not-a-number.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = String(describing: value)
    }

    /// The nearest `Double`; infinite when the number is too large for one.
    public var doubleValue: Double { Double(text) ?? 0 }

    /// Whether the value is a whole number in any spelling (`1.0` and `1e2` are).
    public var isInteger: Bool {
        let octets = text.utf8.span
        let isFraction = { (octet: UInt8) in octet == UInt8(ascii: ".") || octet | 0x20 == UInt8(ascii: "e") }
        guard octets.indices.contains(where: { isFraction(octets[$0]) }) else { return true }
        return doubleValue.rounded() == doubleValue
    }

    /// The value as an `Int`, when it is whole and fits.
    public var intValue: Int? { Int(text) ?? Int(exactly: doubleValue) }
}

/// The place of a request in a distributed trace: the value of `traceparent`.
///
/// W3C Trace Context, levels 1 and 2, §3.2.2. The value of a later version may be longer; what follows the known parts
/// is not kept.
package struct TraceContext: Equatable, Sendable, BitwiseCopyable {
    /// The id of a trace: 128 bits, not all zero.
    package struct ID: Hashable, Sendable, BitwiseCopyable {
        private let high, low: UInt64

        fileprivate init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

        /// Reads 32 hexadecimal digits in lower case; nil for anything else.
        package init?(_ text: String) {
            let bytes = text.utf8.span
            guard bytes.count == 32, let high = number(bytes, 0..<16), let low = number(bytes, 16..<32), high | low != 0
            else { return nil }
            self.init(high: high, low: low)
        }

        /// The 32 digits.
        package var text: String { hexadecimal(high, digits: 16) + hexadecimal(low, digits: 16) }
    }

    /// The reason why a value is not a `traceparent`.
    package struct Invalid: Error {
        package let reason: SafeText

        package init(_ reason: SafeText) { self.reason = reason }
    }

    private let version: UInt8
    /// The trace.
    package let id: ID
    private let parent: UInt64
    private let flags: UInt8

    /// Reads a value.
    ///
    /// - Throws: the first thing that is wrong with it, without repeating the value.
    package init(_ text: String) throws(Invalid) {
        let bytes = text.utf8.span
        guard bytes.count >= Self.length else {
            throw Invalid("it has \(bytes.count) characters in place of \(Self.length)")
        }
        for dash in [2, 35, 52] where bytes[dash] != UInt8(ascii: "-") {
            throw Invalid("its form is not VERSION-TRACE-PARENT-FLAGS with 2, 32, 16 and 2 digits")
        }
        guard let version = number(bytes, 0..<2), let high = number(bytes, 3..<19), let low = number(bytes, 19..<35),
            let parent = number(bytes, 36..<52), let flags = number(bytes, 53..<55)
        else { throw Invalid("its digits are not all hexadecimal in lower case") }
        guard version != 0xFF else { throw Invalid("there is no version ff") }
        guard bytes.count == Self.length || version > 0 && bytes[Self.length] == UInt8(ascii: "-") else {
            throw Invalid("something follows its flags")
        }
        guard high | low != 0 else { throw Invalid("its trace id is all zeros") }
        guard parent != 0 else { throw Invalid("its parent id is all zeros") }
        (id, self.parent) = (ID(high: high, low: low), parent)
        (self.version, self.flags) = (UInt8(version), UInt8(flags))
    }

    /// The length of a value of version 00, and of the known beginning of any other.
    private static let length = 55

    /// The value, up to the flags.
    package var text: String { "\(hexadecimal(UInt64(version), digits: 2))-\(id.text)-\(parentText)-\(flagsText)" }

    /// The 16 digits of the request's place in the trace.
    package var parentText: String { hexadecimal(parent, digits: 16) }

    /// Whether the sender may have recorded its part of the trace.
    package var isSampled: Bool { flags & 1 != 0 }

    private var flagsText: String { hexadecimal(UInt64(flags), digits: 2) }
}

/// The number of some hexadecimal digits in lower case; nil when another character is among them.
private func number(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    var number: UInt64 = 0
    for index in range {
        guard let digit = bytes[index].hexValue, bytes[index] == bytes[index].lowercased else { return nil }
        number = number << 4 | UInt64(digit)
    }
    return number
}

private func hexadecimal(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
}

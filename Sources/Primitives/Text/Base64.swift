/// Base64 in one of its two alphabets.
///
/// RFC 4648 §4 and §5.
public struct Base64: Sendable {
    /// The alphabet with `+` and `/`, padded, of `Authorization: Basic`.
    public static let standard = Base64(last: "+/", isPadded: true)

    /// The alphabet with `-` and `_`, not padded, of tokens and code challenges.
    public static let url = Base64(last: "-_", isPadded: false)

    private let alphabet: [UInt8]
    private let isPadded: Bool

    private init(last: String, isPadded: Bool) {
        self.alphabet = Array(("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last).utf8)
        self.isPadded = isPadded
    }

    /// Encodes bytes.
    public func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var start = 0
        while start < bytes.count {
            let count = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for position in 0..<3 { bits = bits << 8 | (position < count ? UInt32(bytes[start + position]) : 0) }
            for position in 0...count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)]) }
            if isPadded { for _ in count..<3 { text.append(UInt8(ascii: "=")) } }
            start += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes text, or returns nil when a character is not in the alphabet or a group is incomplete.
    ///
    /// Padding may be left out.
    public func decode(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        if isPadded, digits.count % 4 == 0 {
            for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}

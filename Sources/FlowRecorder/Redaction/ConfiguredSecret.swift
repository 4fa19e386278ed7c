internal import OAuth
internal import Primitives

/// A secret of the settings, as it is found in text in every spelling of ``SpelledText``.
///
/// A form turns a `+` that is not encoded into a space, so both count as the same byte.
struct ConfiguredSecret: Hashable, Sendable {
    /// The secret, or the Base64 of it.
    let bytes: [UInt8]
    private let folded: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        folded = bytes.map(Self.folded)
    }

    /// A secret in plain text and in Base64: alone, and with its client's id as Basic credentials (RFC 7617 §2).
    ///
    /// Base64 without its last digit, which depends on what follows.
    static func forms(of secret: String, clientID: String) -> [ConfiguredSecret] {
        let (encoded, id) = (FormCoding.encode(secret), FormCoding.encode(clientID))
        let credentials = [secret, "\(clientID):\(secret)", "\(id):\(encoded)"].map { Array($0.utf8) }
        let coded = credentials.flatMap { plain in
            [Base64.standard, Base64.url].map { Array($0.encode(plain).utf8.prefix(plain.count * 8 / 6)) }
        }
        return ([Array(secret.utf8)] + coded).map(ConfiguredSecret.init)
    }

    /// Whether it begins with a byte, in plain text.
    func begins(with byte: UInt8) -> Bool { Self.folded(byte) == folded.first }

    /// The end of the secret that begins at a position of a text; nil when it does not.
    ///
    /// A percent sign or a backslash in the text may be one, or begin an escape: both are tried, each pair of places
    /// once.
    func end(in text: [UInt8], from start: Int) -> Int? {
        var (position, matched) = (start, 0)
        var others: [(position: Int, matched: Int)] = []
        var seen: Set<Int> = []
        while true {
            while matched < folded.count, position < text.count {
                if SpelledText.isEscape(text[position]) {
                    guard seen.insert(position * folded.count + matched).inserted else { break }
                    for reading in SpelledText.readings(text, at: position)
                    where folded[matched...].starts(with: reading.bytes.map(Self.folded)) {
                        others.append((position + reading.length, matched + reading.bytes.count))
                    }
                }
                guard Self.folded(text[position]) == folded[matched] else { break }
                (position, matched) = (position + 1, matched + 1)
            }
            if matched == folded.count { return position }
            guard let other = others.popLast() else { return nil }
            (position, matched) = other
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte }
}

/// Finds the end of a run of characters that a JSON string holds without escapes.
///
/// It compares eight bytes at a time: messages consist mostly of such runs. (Sean Eron Anderson, "Bit Twiddling Hacks",
/// "Determine if a word has a zero byte".)
enum PlainRunScanner {
    /// The first position of a control character, a quote, a backslash or the mark; otherwise the end of the bytes.
    static func end(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, orAt mark: UInt8 = UInt8(ascii: "\"")
    ) -> Int {
        var position = start
        while position + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let found =
                lessThan(1, word ^ every(UInt8(ascii: "\""))) | lessThan(1, word ^ every(UInt8(ascii: "\\")))
                | lessThan(1, word ^ every(mark)) | lessThan(0x20, word)
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < bytes.count, isPlain(bytes[position]), bytes[position] != mark { position += 1 }
        return position
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Sets the highest bit of each byte below a limit; bytes after the first such one may be false positives.
    private static func lessThan(_ limit: UInt8, _ word: UInt64) -> UInt64 {
        (word &- every(limit)) & ~word & every(0x80)
    }

    private static func every(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}

/// Finds where text ends that stands in a JSON string as it is.
///
/// Eight bytes at a time: messages are mostly such text. (Sean Eron Anderson, "Bit Twiddling Hacks", "Determine if a
/// word has a zero byte".)
enum PlainRunScanner {
    /// The first position of a control character, a quote, a backslash or the mark; else the end of the bytes.
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

    /// The highest bit of each byte that is less than a limit; of those after the first such byte perhaps others as
    /// well.
    private static func lessThan(_ limit: UInt8, _ word: UInt64) -> UInt64 {
        (word &- every(limit)) & ~word & every(0x80)
    }

    private static func every(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}

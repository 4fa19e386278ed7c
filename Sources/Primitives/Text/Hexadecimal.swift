extension ArraySlice<UInt8> {
    /// The bytes as hexadecimal digits in lower case, two for each.
    package var hexadecimal: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            for (index, byte) in enumerated() {
                text[2 * index] = hexadecimalDigits[Int(byte >> 4)]
                text[2 * index + 1] = hexadecimalDigits[Int(byte & 0xF)]
            }
            return 2 * count
        }
    }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)

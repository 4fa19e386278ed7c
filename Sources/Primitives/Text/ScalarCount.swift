extension String {
    /// The number of Unicode scalars.
    ///
    /// Of native text the bytes that begin a scalar are counted, many at a time; `unicodeScalars.count` decodes each.
    package var scalarCount: Int {
        let counted = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.reduce(into: 0) { count, byte in
                // A continuation byte is 10xxxxxx (RFC 3629 §3).
                if byte & 0xC0 != 0x80 { count += 1 }
            }
        }
        return counted ?? unicodeScalars.count
    }
}

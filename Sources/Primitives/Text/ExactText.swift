extension String {
    /// Whether both are the same code points; `==` also accepts canonically equivalent ones.
    package func isExactly(_ other: String) -> Bool { utf8.span.isExactly(other.utf8.span) }
}

extension Span<UInt8> {
    /// Whether both are the same bytes, compared eight at a time: the names in a message are long and alike.
    package func isExactly(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let (left, right) = (bytes, other.bytes)
        var position = 0
        while position + 8 <= count {
            let words = (
                left.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self),
                right.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            if words.0 != words.1 { return false }
            position += 8
        }
        return (position..<count).allSatisfy { self[$0] == other[$0] }
    }

    /// Whether these are the bytes of a text.
    package func isExactly(_ text: String) -> Bool { isExactly(text.utf8.span) }
}

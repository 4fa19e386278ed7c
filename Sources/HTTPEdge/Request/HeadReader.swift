internal import Primitives
internal import NIOCore

/// Takes the head of a request out of what arrives.
///
/// RFC 9112 §2.2: a line ends with CR LF. A line feed alone, which some take for an end and others do not, is refused
/// as soon as it is seen. No byte is looked at twice, however slowly they come.
struct HeadReader {
    /// No method is that long.
    private static let longestMethod = 64

    private var lineStart = 0
    private var looked = 0
    private var lines = 0

    /// Whether nothing of a head was looked at.
    var isAtStart: Bool { looked == 0 }

    /// Returns the head once it is whole, with the empty line that ends it.
    mutating func read(_ inbox: inout ByteBuffer, _ limits: Limits) throws(Refusal) -> [UInt8]? {
        while let end = try inbox.withUnsafeReadableBytes({ (bytes) throws(Refusal) in try end(bytes, limits) }) {
            // RFC 9112 §2.2: a server SHOULD ignore an empty line before a request.
            let isEmptyLine = lines == 0
            self = HeadReader()
            let bytes = inbox.readBytes(length: end)
            if !isEmptyLine { return bytes }
        }
        return nil
    }

    private mutating func end(_ bytes: UnsafeRawBufferPointer, _ limits: Limits) throws(Refusal) -> Int? {
        while let next = UnsafeRawBufferPointer(rebasing: bytes[looked...]).firstIndex(of: .lineFeed) {
            let feed = looked + next
            try check(bytes[..<feed], limits)
            guard feed > lineStart, bytes[feed - 1] == .carriageReturn else {
                throw .malformed("lines that end with CR LF", "a line that ends with LF alone")
            }
            if feed - 1 == lineStart { return feed + 1 }
            guard lines <= limits.fieldCount else { throw .fieldsTooLarge(limits) }
            lines += 1
            (lineStart, looked) = (feed + 1, feed + 1)
        }
        looked = bytes.count
        try check(bytes[...], limits)
        return nil
    }

    /// Checks what has come, up to the end of a line or as far as there is anything.
    ///
    /// Whatever is checked before a line is whole is checked of a whole one first, because the answer must not depend
    /// on the pieces in which the bytes come.
    private func check(_ bytes: Slice<UnsafeRawBufferPointer>, _ limits: Limits) throws(Refusal) {
        if lines == 0 { try Self.checkStart(bytes) }
        guard bytes.count <= limits.fieldBlockBytes, lines == 0 || bytes.count - lineStart <= Self.longest(limits)
        else {
            throw .fieldsTooLarge(limits)
        }
    }

    /// The longest line of a field: name and value, the colon and space between them, and the CR behind them.
    private static func longest(_ limits: Limits) -> Int { limits.fieldBytes + 3 }

    /// Tells a client that speaks another protocol, such as TLS, before its patience ends.
    private static func checkStart(_ bytes: Slice<UnsafeRawBufferPointer>) throws(Refusal) {
        let method = bytes.prefix(longestMethod).prefix { $0 != .space }
        guard method.allSatisfy(\.isToken) || bytes.elementsEqual(CollectionOfOne(.carriageReturn)) else {
            throw .malformed("the method of an HTTP/1.1 request", "the start of something else")
        }
        // RFC 9112 §3: 501 for a method longer than any that is known.
        guard method.count < longestMethod else { throw .method }
    }
}

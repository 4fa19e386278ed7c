internal import NIOCore
internal import Primitives

/// Reads the head of a request from the input.
///
/// RFC 9112 §2.2: a line ends with CR LF. A bare line feed, which some servers take for a line end and others do not,
/// is refused at once. Each byte is examined once, even when they arrive one by one.
struct HeadReader {
    /// The length of the longest method, with a margin.
    private static let longestMethod = 64

    private var lineStart = 0
    private var looked = 0
    private var lines = 0

    /// Whether no byte of a head was examined.
    var isAtStart: Bool { looked == 0 }

    /// Returns the head once it is complete, with the empty line at its end.
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

    /// Checks the input up to the end of a line, or as far as there is input.
    ///
    /// A check of an incomplete line must also be the first check of a complete one, because the answer must not depend
    /// on the pieces in which the bytes arrive.
    private func check(_ bytes: Slice<UnsafeRawBufferPointer>, _ limits: Limits) throws(Refusal) {
        if lines == 0 { try Self.checkStart(bytes) }
        guard bytes.count <= limits.fieldBlockBytes, lines == 0 || bytes.count - lineStart <= Self.longest(limits)
        else {
            throw .fieldsTooLarge(limits)
        }
    }

    /// The length of the longest field line: name and value, the colon and space between them, and the CR after them.
    private static func longest(_ limits: Limits) -> Int { limits.fieldBytes + 3 }

    /// Answers a client of another protocol, such as TLS, before its timeout.
    private static func checkStart(_ bytes: Slice<UnsafeRawBufferPointer>) throws(Refusal) {
        let method = bytes.prefix(longestMethod).prefix { $0 != .space }
        guard method.allSatisfy(\.isToken) || bytes.elementsEqual(CollectionOfOne(.carriageReturn)) else {
            // RFC 8446 §5.1: a record of type handshake.
            if bytes.first == 0x16 { throw .tls }
            throw .malformed("the method of an HTTP/1.1 request", "the start of something else")
        }
        // RFC 9112 §3: 501 for a method longer than any known one.
        guard method.count < longestMethod else { throw .method }
    }
}

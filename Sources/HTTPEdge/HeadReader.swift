internal import NIOCore

/// Takes the head of a request out of what arrives.
///
/// RFC 9112 §2.2: a line ends with CR LF. A line feed alone, which some take for an end and others do not, is refused as
/// soon as it is seen. No byte is looked at twice, however slowly they come.
struct HeadReader {
    /// No method is that long, so what is longer before the first space is another protocol.
    private static let longestMethod = 64

    private var lineStart = 0
    private var looked = 0
    private var lines = 0

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
        while let feed = bytes[looked...].firstIndex(of: .lineFeed) {
            guard feed > lineStart, bytes[feed - 1] == .carriageReturn else {
                throw .malformed("lines that end with CR LF", "a line that ends with LF alone")
            }
            let length = feed - 1 - lineStart
            if length == 0 { return feed + 1 }
            guard lines <= limits.fieldCount, lines == 0 || length <= Self.longest(limits) else {
                throw .fieldsTooLarge(limits)
            }
            lines += 1
            (lineStart, looked) = (feed + 1, feed + 1)
            guard looked <= limits.fieldBlockBytes else { throw .fieldsTooLarge(limits) }
        }
        looked = bytes.count
        if lines == 0 { try Self.checkStart(bytes) }
        guard looked <= limits.fieldBlockBytes, lines == 0 || looked - lineStart <= Self.longest(limits) + 1 else {
            throw .fieldsTooLarge(limits)
        }
        return nil
    }

    /// The longest line of a field: name and value, and the colon and space between them.
    private static func longest(_ limits: Limits) -> Int { limits.fieldBytes + 2 }

    /// Tells a client that speaks another protocol, such as TLS, before its patience ends.
    private static func checkStart(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        let method = bytes.prefix(longestMethod).prefix { $0 != .space }
        let isAlone = bytes.elementsEqual(CollectionOfOne(.carriageReturn))
        guard isAlone || method.count < longestMethod && method.allSatisfy(\.isToken) else {
            throw .malformed("the method of an HTTP/1.1 request", "the start of something else")
        }
    }
}

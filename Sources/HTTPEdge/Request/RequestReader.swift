internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Reads the requests on a connection, one after the other.
struct RequestReader {
    /// A part of a request.
    enum Part {
        /// The head; the body is to follow.
        case head(RequestHead)
        /// The whole request.
        case whole(RequestHead, body: [UInt8])
    }

    /// The input that is not consumed yet.
    private var inbox = ByteBuffer()
    /// Whether it is the large buffer of the system's reads, which other connections need.
    private var isBorrowed = false
    private var head = HeadReader()
    /// The previous head, if it is short: clients usually send the same head again, which then needs no parsing.
    private var last: RequestHead?
    /// The head of the request whose body is arriving.
    private(set) var started: RequestHead?
    private var body = BodyReader(.length(0))

    /// The maximum size of a head that is kept, in bytes.
    private static let maximumKept = 2 << 10

    /// Whether the refused head was that of a `HEAD` request.
    private var isRefusedHead = false

    /// The number of bytes that are not consumed yet.
    var unread: Int { inbox.readableBytes }

    /// The buffered bytes.
    var held: Int { inbox.capacity + body.body.capacity }

    /// The bytes of an incomplete body.
    var bodyCount: Int { body.body.count }

    /// Whether the request that has begun to arrive, or was refused, is a `HEAD` request, whose answer has no body.
    var isForHeadAlone: Bool {
        if let started { return started.method == .head }
        return isRefusedHead || inbox.readableBytesView.starts(with: Self.headMethod)
    }

    private static let headMethod = Array("HEAD ".utf8)

    /// Appends input.
    mutating func append(_ bytes: ByteBuffer) {
        guard unread > 0 else {
            (inbox, isBorrowed) = (bytes, true)
            return
        }
        inbox.discardReadBytes()
        var bytes = bytes
        inbox.writeBuffer(&bytes)
    }

    /// Releases unneeded memory, after all complete parts were taken.
    mutating func releaseBuffer(_ allocator: () -> ByteBufferAllocator) {
        if unread == 0 {
            inbox = ByteBuffer()
        } else if isBorrowed {
            inbox = allocator().buffer(buffer: inbox)
        }
        isBorrowed = false
    }

    /// Reads a head, or the rest of a body; nil when it is incomplete.
    ///
    /// - Parameter maximum: the maximum size of the body of the request whose head was read, in bytes.
    mutating func next(_ limits: Limits, maximum: Int? = nil) throws(Refusal) -> Part? {
        guard let started else {
            let head = if let same = takeSame() { same } else { try takeNew(limits) }
            guard let head else { return nil }
            (started, body) = (head, BodyReader(head.framing))
            return .head(head)
        }
        guard try body.read(&inbox, limits, maximum: min(maximum ?? .max, limits.bodyBytes)) else { return nil }
        defer {
            (self.started, body) = (nil, BodyReader(.length(0)))
            // The copy of input that waited for a verdict or an answer; a borrowed buffer is released after the read.
            if unread == 0, !isBorrowed { inbox = ByteBuffer() }
        }
        return .whole(started, body: body.body)
    }

    /// Recognizes a head that equals the previous one byte for byte; nil when it differs or is incomplete.
    private mutating func takeSame() -> RequestHead? {
        guard let last, head.isAtStart, begins(with: last.fields.bytes) else { return nil }
        inbox.moveReaderIndex(forwardBy: last.fields.bytes.count)
        return last
    }

    private func begins(with head: [UInt8]) -> Bool {
        inbox.withUnsafeReadableBytes { bytes in
            guard bytes.count >= head.count, let start = bytes.baseAddress else { return false }
            return memcmp(start, head, head.count) == 0
        }
    }

    private mutating func takeNew(_ limits: Limits) throws(Refusal) -> RequestHead? {
        guard let lines = try head.read(&inbox, limits) else { return nil }
        let head: RequestHead
        do throws(Refusal) {
            head = try RequestHead(lines, limits: limits)
        } catch {
            isRefusedHead = lines.starts(with: Self.headMethod)
            throw error
        }
        last = lines.count <= Self.maximumKept ? head : nil
        return head
    }
}

internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Takes the requests out of what arrives on a connection, one after the other.
struct RequestReader {
    /// A step on the way to a whole request.
    enum Part {
        /// The head is here, the body is to come.
        case head(RequestHead)
        /// The request is whole.
        case whole(RequestHead, body: [UInt8])
    }

    /// What came and is not taken yet.
    private var inbox = ByteBuffer()
    /// Whether it is the large buffer that the system reads into, which others wait for.
    private var isBorrowed = false
    private var head = HeadReader()
    /// The head of the request before, if it is short: a client mostly sends the same one again, which needs no
    /// reading.
    private var last: RequestHead?
    /// The head of the request whose body is to come.
    private(set) var started: RequestHead?
    private var body = BodyReader(.length(0))

    /// The longest head that is kept, in bytes.
    private static let maximumKept = 2 << 10

    /// Whether the head that was refused asked for no body.
    private var isRefusedHead = false

    /// The number of bytes that are not taken yet.
    var unread: Int { inbox.readableBytes }

    /// The bytes that are held until more come.
    var held: Int { inbox.capacity + body.body.capacity }

    /// The bytes of a body that is not whole yet.
    var bodyCount: Int { body.body.count }

    /// Whether what has begun to come, or was refused, is a HEAD request, which is answered without a body.
    var isForHeadAlone: Bool {
        if let started { return started.method == .head }
        return isRefusedHead || inbox.readableBytesView.starts(with: Self.headMethod)
    }

    private static let headMethod = Array("HEAD ".utf8)

    /// Adds what has arrived.
    mutating func append(_ bytes: ByteBuffer) {
        guard unread > 0 else {
            (inbox, isBorrowed) = (bytes, true)
            return
        }
        inbox.discardReadBytes()
        var bytes = bytes
        inbox.writeBuffer(&bytes)
    }

    /// Gives back what is not needed any more, after all that could be taken was.
    mutating func releaseBuffer(_ allocator: () -> ByteBufferAllocator) {
        if unread == 0 {
            inbox = ByteBuffer()
        } else if isBorrowed {
            inbox = allocator().buffer(buffer: inbox)
        }
        isBorrowed = false
    }

    /// Takes a head, or what completes a body; nil while it has yet to come.
    ///
    /// - Parameter maximum: the largest body of the request whose head was taken, in bytes.
    mutating func next(_ limits: Limits, maximum: Int? = nil) throws(Refusal) -> Part? {
        guard let started else {
            let head = if let same = takeSame() { same } else { try takeNew(limits) }
            guard let head else { return nil }
            (started, body) = (head, BodyReader(head.framing))
            return .head(head)
        }
        guard try body.read(&inbox, limits, maximum: min(maximum ?? .max, limits.bodyBytes)) else { return nil }
        defer { (self.started, body) = (nil, BodyReader(.length(0))) }
        return .whole(started, body: body.body)
    }

    /// Takes a head that is byte for byte the one before; nil when another one comes, or only a part of it has.
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

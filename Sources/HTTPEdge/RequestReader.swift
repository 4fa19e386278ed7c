internal import NIOCore

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
    /// The head of the request whose body is to come.
    private var started: RequestHead?
    private var body = BodyReader(.length(0))

    /// The number of bytes that are not taken yet.
    var unread: Int { inbox.readableBytes }

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
    mutating func settle(_ allocator: ByteBufferAllocator) {
        if unread == 0 {
            inbox = ByteBuffer()
        } else if isBorrowed {
            inbox = allocator.buffer(buffer: inbox)
        }
        isBorrowed = false
    }

    /// Takes a head, or what completes a body; nil while it has yet to come.
    mutating func next(_ limits: Limits) throws(Refusal) -> Part? {
        guard let started else {
            guard let lines = try head.read(&inbox, limits) else { return nil }
            let head = try RequestHead(lines, limits: limits)
            (started, body) = (head, BodyReader(head.framing))
            return .head(head)
        }
        guard try body.read(&inbox, limits) else { return nil }
        defer { (self.started, body) = (nil, BodyReader(.length(0))) }
        return .whole(started, body: body.body)
    }
}

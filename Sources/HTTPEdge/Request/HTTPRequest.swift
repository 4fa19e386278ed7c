/// A whole request: head and body.
///
/// What arrives here has passed the edge: the framing is sound, there is at most one `Host`, the target is a path with
/// an optional query, and the body is within ``Limits/bodyBytes``. Nothing in it is decoded.
///
/// A class, so that passing it on is one retain.
public final class HTTPRequest: Sendable {
    /// The header fields.
    public let fields: HTTPFields
    /// The body's bytes; empty without a body.
    public let body: [UInt8]
    /// The address the request comes from, without a port: that of the connection's other end (`127.0.0.1`, `::1`), or
    /// where that is a trusted proxy, what it says.
    public let peer: String
    /// The connection it came by; nil for one that a test made.
    public let connection: RequestConnection?
    private let head: RequestHead

    /// Makes a request from its parts, as a test does.
    public convenience init(
        method: HTTPMethod, path: String, query: String? = nil, host: String?, fields: HTTPFields = HTTPFields(),
        body: [UInt8] = [], peer: String, connection: RequestConnection? = nil
    ) {
        let head = RequestHead(method: method, path: path, query: query, host: host, fields: fields)
        self.init(head, body: body, peer: peer, connection: connection)
    }

    /// Puts together what was read.
    init(_ head: RequestHead, body: [UInt8], peer: String, connection: RequestConnection?) {
        self.head = head
        // Beside the head as well, since they are asked for most often.
        fields = head.fields
        self.body = body
        self.peer = peer
        self.connection = connection
    }

    /// The method.
    public var method: HTTPMethod { head.method }

    /// The target's path, still percent-encoded; begins with `/`.
    public var path: String { head.path }

    /// What follows the target's `?`, still percent-encoded; nil without a `?`.
    public var query: String? { head.query }

    /// The `Host` asked for, with its port if it names one; nil in an HTTP/1.0 request without it.
    public var host: String? { head.host }

    /// Whether it came as HTTP/1.0, as from a proxy that speaks nothing newer.
    public var isHTTP10: Bool { head.isHTTP10 }

    /// What is read out of the header fields; requests with the same head share one value of the first type that is
    /// asked for, and one of another type is made anew each time.
    @inlinable
    public func derived<Value: HeadDerived>(_ type: Value.Type = Value.self) -> Value {
        if let value = memo as? Value { return value }
        let value = Value(fields)
        keep(value)
        return value
    }

    @usableFromInline var memo: (any HeadDerived)? { head.memo.value }

    @usableFromInline
    func keep(_ value: any HeadDerived) { head.memo.keep(value) }
}

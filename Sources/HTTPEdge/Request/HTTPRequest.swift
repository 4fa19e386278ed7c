/// A whole request: head and body.
///
/// What arrives here has passed the edge: the framing is sound, there is at most one `Host`, the target is a path with
/// an optional query, and the body is within ``Limits/bodyBytes``. Nothing in it is decoded.
///
/// It is an object, because it goes through many hands on its way, and each would else copy all of its parts.
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
    public var isHTTP10: Bool { head.isOld }

    /// What a function makes of the header fields; for requests with the same head it is mostly made once.
    ///
    /// A client sends the same head again and again. Nothing that may change, like whether a token is still good,
    /// belongs into what is made of it. It is kept by its type, and only the first type; so there is one function for
    /// each type.
    @inlinable
    public func once<Object: AnyObject & Sendable>(_ make: (HTTPFields) -> Object) -> Object {
        if let object = memo as? Object { return object }
        let object = make(fields)
        keep(object)
        return object
    }

    @usableFromInline var memo: (any AnyObject & Sendable)? { head.memo.object }

    @usableFromInline
    func keep(_ object: any AnyObject & Sendable) { head.memo.keep(object) }
}

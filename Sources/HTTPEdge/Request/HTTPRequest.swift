/// A whole request: head and body.
///
/// It has passed the edge: the framing is valid, there is at most one `Host`, the target is a path with an optional
/// query, and the body is within ``Limits/bodyBytes``. Nothing in it is decoded.
public final class HTTPRequest: Sendable {
    /// The header fields.
    public let fields: HTTPFields
    /// The body's bytes; empty without a body.
    public let body: [UInt8]
    /// The address of the client, without a port: that of the connection's peer (`127.0.0.1`, `::1`), or the one that a
    /// trusted proxy names.
    public let peer: String
    /// The connection of the request; nil for one that a test made.
    public let connection: RequestConnection?
    private let head: RequestHead

    /// Makes a request from its parts, for tests.
    public convenience init(
        method: HTTPMethod, path: String, query: String? = nil, host: String?, fields: HTTPFields = HTTPFields(),
        body: [UInt8] = [], peer: String, connection: RequestConnection? = nil
    ) {
        let head = RequestHead(method: method, path: path, query: query, host: host, fields: fields)
        self.init(head, body: body, peer: peer, connection: connection)
    }

    /// Combines a head and a body.
    init(_ head: RequestHead, body: [UInt8], peer: String, connection: RequestConnection?) {
        self.head = head
        // A copy of the head's, because they are read most often.
        fields = head.fields
        self.body = body
        self.peer = peer
        self.connection = connection
    }

    /// The method.
    public var method: HTTPMethod { head.method }

    /// The target's path, still percent-encoded; begins with `/`.
    public var path: String { head.path }

    /// The part of the target after `?`, still percent-encoded; nil without a `?`.
    public var query: String? { head.query }

    /// The host of the target or the `Host` field, with its port if there is one; nil in an HTTP/1.0 request without
    /// it.
    public var host: String? { head.host }

    /// Whether it is an HTTP/1.0 request, as from a simple proxy.
    public var isHTTP10: Bool { head.isHTTP10 }

    /// The value of a type derived from the header fields.
    ///
    /// Requests with the same head share one value of the first type that is requested; values of other types are made
    /// anew each time.
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

/// A whole request: head and body.
///
/// What arrives here has passed the edge: the framing is sound, there is at most one `Host`, the target is a path with
/// an optional query, and the body is within ``Limits/bodyBytes``. Nothing in it is decoded.
///
/// It is an object, because it goes through many hands on its way, and each would else copy all of its parts.
public final class HTTPRequest: Sendable {
    /// The method.
    public let method: HTTPMethod
    /// The target's path, still percent-encoded; begins with `/`.
    public let path: String
    /// What follows the target's `?`, still percent-encoded; nil without a `?`.
    public let query: String?
    /// The `Host` asked for, with its port if it names one; nil in an HTTP/1.0 request without it.
    public let host: String?
    /// The header fields.
    public let fields: HTTPFields
    /// The body's bytes; empty without a body.
    public let body: [UInt8]
    /// The address the request comes from, without a port: that of the connection's other end (`127.0.0.1`, `::1`), or
    /// where that is a trusted proxy, what it says.
    public let peer: String
    /// The connection it came by; nil for one that a test made.
    public let connection: RequestConnection?

    /// Makes a request from its parts, as a test does.
    public init(
        method: HTTPMethod, path: String, query: String? = nil, host: String?, fields: HTTPFields = HTTPFields(),
        body: [UInt8] = [], peer: String, connection: RequestConnection? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.fields = fields
        self.body = body
        self.peer = peer
        self.connection = connection
    }

    /// Puts together what was read.
    convenience init(_ head: RequestHead, body: [UInt8], peer: String, connection: RequestConnection) {
        self.init(
            method: head.method, path: head.path, query: head.query, host: head.host, fields: head.fields, body: body,
            peer: peer, connection: connection)
    }
}

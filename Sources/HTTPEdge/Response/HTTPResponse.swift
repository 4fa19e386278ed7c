/// A response: status, header fields, and a body that is either bytes or a stream of events.
///
/// The edge adds `Date`, `Content-Length` or chunked framing, and `Connection`. It sends no body to a `HEAD` request.
public struct HTTPResponse: Sendable {
    /// The body after the head.
    public enum Body: Sendable {
        /// These bytes, all at once.
        case bytes([UInt8])
        /// Events for as long as the stream lasts.
        case events(EventStream)
        /// The beginning of a body of the announced length, after which the connection is closed. For tests of clients.
        case torn([UInt8], announced: Int)
        /// Nothing, not even a head: the connection is closed. For tests of clients.
        case silence

        var isTorn: Bool { if case .torn = self { true } else { false } }
    }

    /// The status.
    public var status: HTTPStatus
    /// The header fields, without those that the edge adds.
    public var fields: HTTPFields
    /// The body.
    public var body: Body

    /// Makes a response from its parts.
    public init(_ status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: Body = .bytes([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

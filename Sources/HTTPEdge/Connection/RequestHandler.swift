/// The handler of requests.
///
/// It is called on the connection's event loop, for one request of a connection at a time. Work that does not wait
/// stays on that thread from end to end. When the client disconnects, only the task of an ``EventStream`` is cancelled;
/// other answers are completed, because a lost connection cancels nothing in HTTP.
public protocol RequestHandler: Sendable {
    /// Answers one request; every outcome is a response.
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// Judges a request by its head, before a large or slow body is read.
    ///
    /// - Parameter head: the request, with an empty body.
    func verdict(on head: HTTPRequest) async -> HeadVerdict

    /// Answers input that is not a request, with a body of bytes; the connection closes after it.
    ///
    /// - Parameter peer: the address of the connection's peer.
    func respond(to refusal: Refusal, peer: String) -> HTTPResponse
}

/// The decision about a request by its head.
public enum HeadVerdict: Sendable {
    /// Reads the body, up to a number of bytes or ``Limits/bodyBytes``, whichever is less.
    case takeBody(atMost: Int)
    /// Answers without reading the body; the connection closes after it.
    case answer(HTTPResponse)
}

extension RequestHandler {
    /// Accepts every body.
    public func verdict(on head: HTTPRequest) async -> HeadVerdict { .takeBody(atMost: .max) }

    /// Answers with the reason as plain text.
    public func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        HTTPResponse(
            refusal.status,
            fields: HTTPFields([("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]),
            body: .bytes(Array((refusal.reason + "\n").utf8)))
    }
}

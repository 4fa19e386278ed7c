/// What answers requests.
///
/// It is called on the connection's event loop, one request of a connection at a time. Work that does not wait stays on
/// that thread from end to end. Only the task of an ``EventStream`` is cancelled when the client goes away: an answer
/// that is one piece is worked out to its end, because a lost connection cancels nothing in HTTP.
public protocol RequestHandler: Sendable {
    /// Answers one request; every outcome is a response.
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// Judges a request by its head, before a body is taken that is not small or is long in coming.
    ///
    /// - Parameter head: the request, with an empty body.
    func verdict(on head: HTTPRequest) async -> HeadVerdict

    /// Answers what never becomes a request, with a body of bytes; the connection closes after it.
    ///
    /// - Parameter peer: the address at the other end of the connection.
    func respond(to refusal: Refusal, peer: String) -> HTTPResponse
}

/// What the head alone says about a request.
public enum HeadVerdict: Sendable {
    /// Its body is wanted, up to a number of bytes, or ``Limits/bodyBytes`` where that is less.
    case takeBody(atMost: Int)
    /// It is answered without its body; the connection closes after it.
    case answer(HTTPResponse)
}

extension RequestHandler {
    /// Takes every body.
    public func verdict(on head: HTTPRequest) async -> HeadVerdict { .takeBody(atMost: .max) }

    /// Answers with the reason as plain text.
    public func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        HTTPResponse(
            refusal.status,
            fields: HTTPFields([("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]),
            body: .bytes(Array((refusal.reason + "\n").utf8)))
    }
}

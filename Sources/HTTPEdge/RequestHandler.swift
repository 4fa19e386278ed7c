/// What answers requests.
///
/// It is called on the connection's event loop, one request of a connection at a time. Work that does not wait stays on
/// that thread from end to end. Only the task of an ``EventStream`` is cancelled when the client goes away: an answer
/// that is one piece is worked out to its end, because a lost connection cancels nothing in HTTP.
public protocol RequestHandler: Sendable {
    /// Answers one request; every outcome is a response.
    func respond(to request: HTTPRequest) async -> HTTPResponse

    /// Answers what never becomes a request, with a body of bytes; the connection closes after it.
    ///
    /// - Parameter peer: the address at the other end of the connection.
    func respond(to refusal: Refusal, peer: String) -> HTTPResponse
}

extension RequestHandler {
    /// Answers with the reason as plain text.
    public func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        HTTPResponse(
            refusal.status,
            fields: HTTPFields([("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]),
            body: .bytes(Array((refusal.reason + "\n").utf8)))
    }
}

internal import NIOCore

/// The answer to what never becomes a request; the connection closes after it.
struct Refusal: Error {
    let status: HTTPStatus
    /// A sentence for the client's developer.
    let reason: String

    static func bodyTooLarge(_ limits: Limits) -> Refusal {
        Refusal(status: .contentTooLarge, reason: "The body is larger than the limit of \(limits.bodyBytes) bytes.")
    }

    static let fieldsTooLarge = Refusal(
        status: .requestHeaderFieldsTooLarge, reason: "The request line or the header fields are larger than the limit."
    )
    static let malformed = Refusal(status: .badRequest, reason: "This is not a well-formed HTTP/1.1 request.")
    static let version = Refusal(
        status: .versionNotSupported, reason: "The request line must end with HTTP/1.1 or HTTP/1.0.")
    static let method = Refusal(
        status: .notImplemented, reason: "This method is not known here; the names of methods are in capitals.")
    static let late = Refusal(status: .requestTimeout, reason: "The request did not arrive in time.")
    static let full = Refusal(status: .serviceUnavailable, reason: "Too many connections are open; try again soon.")

    /// The whole answer as it is sent.
    ///
    /// It is written as bytes, because the handlers that know HTTP expect every answer to follow a request.
    func bytes(date: String) -> ByteBuffer {
        let phrase = status.phrase
        let retry = status == .serviceUnavailable ? "Retry-After: 1\r\n" : ""
        return ByteBuffer(
            string: """
                HTTP/1.1 \(status.code) \(phrase)\r
                Content-Type: text/plain; charset=utf-8\r
                Cache-Control: no-store\r
                \(retry)Date: \(date)\r
                Content-Length: \(reason.utf8.count + 1)\r
                Connection: close\r
                \r
                \(reason)

                """)
    }
}

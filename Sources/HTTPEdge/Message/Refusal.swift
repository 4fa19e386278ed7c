/// The reason why input is not a request; the connection closes after the answer.
public struct Refusal: Error, Sendable {
    /// The status of the answer.
    public let status: HTTPStatus
    /// A sentence for the client's developer.
    public let reason: String
    /// The form that would have been right.
    public let expected: String
    /// The form that arrived, as far as it is known; it may hold text from a header field.
    public let received: String

    init(_ status: HTTPStatus, _ reason: String, expected: String, received: String) {
        (self.status, self.reason, self.expected, self.received) = (status, reason, expected, received)
    }

    static func malformed(_ expected: String, _ received: String) -> Refusal {
        Refusal(.badRequest, "This is not a well-formed HTTP/1.1 request.", expected: expected, received: received)
    }

    static let tls = Refusal(
        .badRequest,
        "This port speaks HTTP without TLS: write http:// in the URL, or connect to the proxy that has TLS.",
        expected: "the method of an HTTP/1.1 request", received: "the start of a TLS handshake")

    static func bodyTooLarge(_ limit: Int, _ received: String) -> Refusal {
        Refusal(
            .contentTooLarge, "The body is larger than the limit of \(limit) bytes.",
            expected: "a body of at most \(limit) bytes", received: received)
    }

    static func fieldsTooLarge(_ limits: Limits) -> Refusal {
        Refusal(
            .requestHeaderFieldsTooLarge, "The request line or the header fields are larger than the limit.",
            expected:
                "fields of at most \(limits.fieldBytes) bytes each and \(limits.fieldBlockBytes) in all, at most "
                + "\(limits.fieldCount) of them",
            received: "more than that")
    }

    static func late(_ expected: String, _ received: String) -> Refusal {
        Refusal(.requestTimeout, "The request did not arrive in time.", expected: expected, received: received)
    }

    static func full(_ limits: Limits) -> Refusal {
        Refusal(
            .serviceUnavailable, "Too many connections are open; try again soon.",
            expected: "at most \(limits.connections) connections", received: "one more")
    }

    static let busy = Refusal(
        .serviceUnavailable, "Too many large requests are on their way; try again soon.",
        expected: "requests that fit into the server's memory together", received: "one more")

    static func version(_ received: String) -> Refusal {
        Refusal(
            .versionNotSupported, "The request line must end with HTTP/1.1 or HTTP/1.0.", expected: "HTTP/1.1",
            received: received)
    }

    static let method = Refusal(
        .notImplemented, "This method is not known here; the names of methods are in capitals.",
        expected: "a method that HTTP knows, in capitals", received: "another word")
}

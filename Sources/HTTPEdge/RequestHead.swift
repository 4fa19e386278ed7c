internal import NIOHTTP1

/// The checks of a request's head that need nothing but the head.
///
/// RFC 9112 §3.2 (target and `Host`), §2.3 (version), §6.1 (transfer codings). The rest of the framing is the parser's.
struct RequestHead {
    let method: HTTPMethod
    let path: String
    let query: String?
    let host: String?
    let headers: HTTPHeaders
    /// Whether the connection may be used again: never with HTTP/1.0, whose clients often mean to read until the end.
    let isKeepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool

    init(_ head: HTTPRequestHead, limits: Limits) throws(Refusal) {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            throw .version
        }
        headers = Self.trimmed(head.headers)
        let hosts = headers["host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else {
            throw Refusal(status: .badRequest, reason: "Send exactly one Host header field.")
        }
        if let length = headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes {
            throw .bodyTooLarge(limits)
        }
        try Self.checkCodings(headers["transfer-encoding"], head.version)
        let expectations = headers["expect"]
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw Refusal(status: .expectationFailed, reason: "The only expectation met here is 100-continue.")
        }
        guard let target = Self.split(target: head.uri) else {
            throw Refusal(status: .badRequest, reason: "The request target must be a path that begins with '/'.")
        }
        method = HTTPMethod(rawValue: head.method.rawValue)
        path = target.path
        query = target.query
        host = target.host ?? hosts.first
        // Behind an offer to change the protocol the parser reads no further request, so the offer is declined and the
        // connection closed.
        isKeepAlive = head.version == .http1_1 && head.isKeepAlive && !headers.contains(name: "upgrade")
        expectsContinue = head.version == .http1_1 && !expectations.isEmpty
    }

    /// The whole request, once its body is here.
    func request(body: [UInt8], peer: String, connection: RequestConnection) -> HTTPRequest {
        HTTPRequest(
            method: method, path: path, query: query, host: host, fields: HTTPFields(headers), body: body, peer: peer,
            connection: connection)
    }

    /// Lets the parser's leniency through nowhere: it would take an empty coding for none, and HTTP/1.0 has none.
    private static func checkCodings(_ codings: [String], _ version: HTTPVersion) throws(Refusal) {
        guard !codings.isEmpty else { return }
        guard version == .http1_1 else {
            throw Refusal(status: .badRequest, reason: "HTTP/1.0 has no transfer codings; send a Content-Length.")
        }
        guard codings.count == 1, codings[0].lowercased() == "chunked" else {
            throw Refusal(status: .notImplemented, reason: "The only transfer coding understood here is chunked.")
        }
    }

    /// Removes the white space that the parser leaves behind values, which is no part of them (RFC 9110 §5.5).
    private static func trimmed(_ headers: HTTPHeaders) -> HTTPHeaders {
        func isSpace(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard headers.contains(where: { isSpace($0.value.utf8.last) }) else { return headers }
        return HTTPHeaders(
            headers.map { name, value in
                var value = value
                while isSpace(value.utf8.last) { value.removeLast() }
                return (name, value)
            })
    }

    /// Splits `/path?query` or `http://host/path?query`, whose host then counts instead of the `Host` field.
    private static func split(target: String) -> (host: String?, path: String, query: String?)? {
        var rest = target[...]
        var host: String?
        if !rest.hasPrefix("/") {
            guard rest.lowercased().hasPrefix("http://") else { return nil }
            rest = rest.dropFirst("http://".count)
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            guard end != rest.startIndex else { return nil }
            host = String(rest[..<end])
            rest = rest[end...]
        }
        guard !rest.utf8.contains(UInt8(ascii: "#")) else { return nil }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (host, rest.isEmpty ? "/" : String(rest), nil)
        }
        let path = rest[..<mark]
        return (host, path.isEmpty ? "/" : String(path), String(rest[rest.utf8.index(after: mark)...]))
    }
}

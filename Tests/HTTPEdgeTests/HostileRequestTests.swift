import HTTPEdge
import Synchronization
import TestSupport
import Testing

/// Bytes that a hostile client sends, and what becomes of them.
struct HostileRequest: CustomTestStringConvertible {
    enum Outcome {
        /// The handler saw exactly these requests; `GET /next` is the one sent after the hostile one.
        case served([String])
        /// The handler saw nothing; there was one answer, with this status, and the connection closed.
        case refused(Int)
    }

    let name: String
    let bytes: [UInt8]
    let outcome: Outcome

    init(_ name: String, _ text: String, _ outcome: Outcome) {
        (self.name, bytes, self.outcome) = (name, Array(text.utf8), outcome)
    }

    var testDescription: String { name }

    /// A POST with these fields beside `Host`, and this after its head.
    static func post(_ name: String, _ fields: String, _ rest: String, _ outcome: Outcome) -> HostileRequest {
        HostileRequest(name, "POST /p HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(rest)", outcome)
    }

    /// A POST whose body is chunked.
    static func chunked(_ name: String, _ body: String, _ outcome: Outcome) -> HostileRequest {
        post(name, "Transfer-Encoding: chunked", body, outcome)
    }

    /// A GET with these lines in its head.
    static func get(_ name: String, _ line: String, _ outcome: Outcome) -> HostileRequest {
        HostileRequest(name, "GET /g HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", outcome)
    }
}

@Suite("What a hostile client sends, and what becomes of it")
struct HostileRequestTests {
    /// Where a request ends is said once and in one way, or the request is refused (RFC 9112 §6.3, §11.2).
    private static let lengths: [HostileRequest] = [
        .post("two different lengths", "Content-Length: 1\r\nContent-Length: 2", "ab", .refused(400)),
        .post("the same length twice", "Content-Length: 2\r\nContent-Length: 2", "ab", .refused(400)),
        .post("a list of lengths", "Content-Length: 2, 2", "ab", .refused(400)),
        .post("a negative length", "Content-Length: -1", "", .refused(400)),
        .post("a length with a plus sign", "Content-Length: +2", "ab", .refused(400)),
        .post("a hexadecimal length", "Content-Length: 0x2", "ab", .refused(400)),
        .post("a length with an exponent", "Content-Length: 2e0", "ab", .refused(400)),
        .post("two numbers as one length", "Content-Length: 2 2", "ab", .refused(400)),
        .post("an empty length", "Content-Length: ", "", .refused(400)),
        .post("a length of 2^64 + 2", "Content-Length: 18446744073709551618", "ab", .refused(400)),
        .post("the largest length there is", "Content-Length: 9223372036854775807", "ab", .refused(413)),
        .post("a space before the colon of the length", "Content-Length : 2", "ab", .refused(400)),
        .post("a length folded onto the next line", "Content-Length:\r\n 2", "ab", .refused(400)),
        .post("a length with zeros before it", "Content-Length: 002", "ab", .served(["POST /p body=2", "GET /next"])),
        .post("more body than its length", "Content-Length: 1", "ab", .served(["POST /p body=1"])),
        .post("length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked, then length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n", .refused(400)),
        .post("chunked twice", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n", .refused(400)),
        .post(
            "chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n",
            .refused(400)),
        .post("chunked, but not last", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n", .refused(400)),
        .post("a coding before chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n", .refused(501)),
        .post("another coding", "Transfer-Encoding: identity", "ab", .refused(501)),
        .post("a coding that only looks like chunked", "Transfer-Encoding: xchunked", "0\r\n\r\n", .refused(501)),
        .post("chunked with a parameter", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n", .refused(501)),
        .post("chunked in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n", .refused(501)),
        .post("chunked behind a vertical tab", "Transfer-Encoding: \u{B}chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked behind a space before the colon", "Transfer-Encoding : chunked", "0\r\n\r\n", .refused(400)),
        .post("chunked on the next line", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n", .refused(400)),
        .post("no coding at all", "Transfer-Encoding: ", "", .refused(501)),
        .post(
            "chunked in capitals", "Transfer-Encoding: CHUNKED", "2\r\nab\r\n0\r\n\r\n",
            .served(["POST /p body=2", "GET /next"])),
        HostileRequest(
            "chunked in HTTP/1.0", "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .refused(400)),
    ]

    /// RFC 9112 §7.1.
    private static let chunks: [HostileRequest] = [
        .chunked("a negative chunk", "-1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk with a plus sign", "+1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk with 0x", "0x1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk without a size", "\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size behind a space", " 1\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size before a space", "1 \r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a size of 2^64 + 1", "10000000000000001\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk longer than its size", "1\r\nab\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk shorter than its size", "3\r\na\r\n0\r\n\r\nGET /", .refused(400)),
        .chunked("a size that ends in a bare line feed", "1\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a chunk that ends in a bare line feed", "1\r\na\n0\r\n\r\n", .refused(400)),
        .chunked("a size that ends in a bare carriage return", "1\ra\r\n0\r\n\r\n", .refused(400)),
        .chunked("a line feed within an extension", "1;a\nb\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("a NUL within an extension", "1;a\0b\r\na\r\n0\r\n\r\n", .refused(400)),
        .chunked("an end that ends in bare line feeds", "1\r\na\r\n0\n\n", .refused(400)),
        .chunked("extensions", "1;a=\"b;c\";d\r\na\r\n000;e\r\n\r\n", .served(["POST /p body=1", "GET /next"])),
        .chunked("a trailer that would be a length", "1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n", .refused(400)),
        .chunked("a trailer that would be a coding", "0\r\nTransfer-Encoding: chunked\r\n\r\n", .refused(400)),
        .chunked(
            "a trailer that would be a host", "1\r\na\r\n0\r\nHost: b\r\n\r\n",
            .served(["POST /p host=a body=1", "GET /next"])),
        .chunked(
            "trailers without end",
            "0\r\n" + String(repeating: "X: \(String(repeating: "y", count: 900))\r\n", count: 80),
            .refused(431)),
    ]

    /// RFC 9112 §2.2, §3, §5.
    private static let lines: [HostileRequest] = [
        HostileRequest("bare line feeds", "GET /g HTTP/1.1\nHost: a\n\n", .refused(400)),
        HostileRequest("bare carriage returns", "GET /g HTTP/1.1\rHost: a\r\r", .refused(400)),
        HostileRequest("one bare line feed", "GET /g HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", .refused(400)),
        HostileRequest("a doubled carriage return", "GET /g HTTP/1.1\r\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a fold at the first field", "GET /g HTTP/1.1\r\n Host: a\r\n\r\n", .refused(400)),
        HostileRequest("no Host", "GET /g HTTP/1.1\r\n\r\n", .refused(400)),
        HostileRequest("two hosts", "GET /g HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .refused(400)),
        HostileRequest("a space before the colon of Host", "GET /g HTTP/1.1\r\nHost : a\r\n\r\n", .refused(400)),
        .get("a fold", "X: a\r\n b", .refused(400)),
        .get("a carriage return within a value", "X: a\rb", .refused(400)),
        .get("a NUL within a value", "X: a\0b", .refused(400)),
        .get("a control character within a value", "X: a\u{1}b", .refused(400)),
        .get("a delete character within a value", "X: a\u{7F}b", .refused(400)),
        .get("a NUL within a name", "X\0: a", .refused(400)),
        .get("a space within a name", "Bad Header: a", .refused(400)),
        .get("a name in brackets", "X(y): a", .refused(400)),
        .get("a name beyond ASCII", "X-é: a", .refused(400)),
        .get("a field without a name", ": a", .refused(400)),
        .get("a field without a colon", "X", .refused(400)),
        .get("a line of spaces", "  ", .refused(400)),
        .get("an expectation that nobody meets", "Expect: miracles", .refused(417)),
        .get("text beyond ASCII in a value", "X: é€", .served(["GET /g", "GET /next"])),
        .get(
            "an offer to change the protocol", "Connection: upgrade\r\nUpgrade: h2c", .served(["GET /g", "GET /next"])),
        HostileRequest("no version", "GET /g\r\n\r\n", .refused(505)),
        HostileRequest("HTTP/0.9 with a version", "GET /g HTTP/0.9\r\nHost: a\r\n\r\n", .refused(505)),
        HostileRequest("HTTP/2.0", "GET /g HTTP/2.0\r\nHost: a\r\n\r\n", .refused(505)),
        HostileRequest("HTTP/1.10", "GET /g HTTP/1.10\r\nHost: a\r\n\r\n", .refused(505)),
        HostileRequest("http in small letters", "GET /g http/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused(505)),
        HostileRequest("the start of TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", .refused(400)),
        HostileRequest("a word", "HELLO\r\n\r\n", .refused(400)),
        HostileRequest("a method in small letters", "get /g HTTP/1.1\r\nHost: a\r\n\r\n", .refused(501)),
        HostileRequest("a space too many", "GET  /g HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a tab for a space", "GET\t/g HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a space within the target", "GET /g h HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a NUL within the target", "GET /g\0 HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a target beyond ASCII", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a fragment in the target", "GET /g#h HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a target that is an asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a target that is another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a target without a slash", "GET g HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest("a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .refused(400)),
        HostileRequest(
            "empty lines before a request", "\r\n\r\nGET /g HTTP/1.1\r\nHost: a\r\n\r\n",
            .served(["GET /g", "GET /next"])),
        HostileRequest(
            "a target of 70,000 bytes", "GET /\(String(repeating: "g", count: 70_000)) HTTP/1.1\r\nHost: a\r\n\r\n",
            .refused(431)),
        HostileRequest(
            "a method of 70,000 bytes", "\(String(repeating: "G", count: 70_000)) / HTTP/1.1\r\nHost: a\r\n\r\n",
            .refused(400)),
    ]

    @Test(
        "Each is served for what it is or refused, and never hides another request", arguments: lengths + chunks + lines
    )
    func outcome(request: HostileRequest) async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(request.bytes + Array("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
            let answer = await client.readToEnd()
            let seen = handler.requests.withLock { $0 }
            switch request.outcome {
            case .refused(let status):
                #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("Connection: close"), "\(answer)")
                #expect(answer.split(separator: "\r\nDate: ").count == 2, "\(answer)")
                #expect(seen == 0)
            case .served(let lines):
                #expect(
                    lines.allSatisfy { line in line.split(separator: " ").allSatisfy(answer.contains) }, "\(answer)")
                #expect(seen == lines.count)
            }
        }
    }
}

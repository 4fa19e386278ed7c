import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Input that is not a request")
struct RefusalTests {
    private static let cases: [(name: String, request: String, status: Int, expected: String, received: String)] = [
        ("no Host", "GET / HTTP/1.1\r\n\r\n", 400, "one Host field", "none"),
        ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "one Host field", "2 of them"),
        ("a version of long ago", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505, "HTTP/1.1", ""),
        ("an unknown method", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "a method that HTTP knows", "another word"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", 400, "an HTTP/1.1 request", "a TLS handshake"),
        ("a fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "a path", "another"),
        ("an https URL", "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "a whole http URL", "another target"),
        ("a field without a name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400, "'Name: value' lines", ""),
        (
            "two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400,
            "one Content-Length", ""
        ),
        (
            "too large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n", 413, "at most 1048576 bytes",
            "Content-Length: 2000000"
        ),
        (
            "a coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501,
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip"
        ),
        (
            "an expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", 417, "Expect: 100-continue",
            "Expect: magic"
        ),
        (
            "too many fields", "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 431,
            "at most 128 of them", "more than that"
        ),
    ]

    @Test("Each refusal has the expected form and the received one", arguments: cases.indices)
    func told(index: Int) async throws {
        let (_, request, status, expected, received) = Self.cases[index]
        try await withTestServer { client, _ in
            let answer = try await client.send(raw: Array(request.utf8))
            #expect(answer.status == status)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer.json["error_description"]?.string?.isEmpty == false)
            #expect(answer.json["expected"]?.string?.contains(expected) == true, "\(answer.body)")
            #expect(answer.json["received"]?.string?.contains(received) == true, "\(answer.body)")
            #expect(answer.json["debug_url"] == nil)
        }
    }

    @Test("With --no-debug, and without the debug token, the refusal is plain", arguments: [true, false])
    func plain(hasToken: Bool) async throws {
        try await withTestServer({
            $0.debug = hasToken
            $0.debugToken = hasToken ? Secret("0123456789abcdef") : nil
        }) { client, _ in
            let answer = try await client.send(raw: Array(Self.cases[0].request.utf8))
            #expect(answer.json.members.map(\.name) == ["error", "error_description"])
        }
    }

    @Test("It is logged, without the secrets in it")
    func logged() async throws {
        let log = LogLines()
        try await withTestServer(logger: log.logger) { client, _ in
            let request = "POST / HTTP/1.1\r\nHost: a\r\nExpect: \(Flow.verifier)\r\n\r\n"
            let answer = try await client.send(raw: Array(request.utf8))
            #expect(!answer.body.contains(Flow.verifier))
            #expect(log.all.contains { $0.contains("refused") && $0.contains("expectation_failed") })
            #expect(!log.all.contains { $0.contains(Flow.verifier) })
        }
    }
}

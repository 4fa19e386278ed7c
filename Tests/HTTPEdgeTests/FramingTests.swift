import Foundation
import HTTPEdge
import TestSupport
import Testing

@Suite("What the edge makes of the bytes of a request")
struct FramingTests {
    @Test(
        "A target is split into path and query",
        arguments: [
            ("/mcp", "/mcp ?-"), ("/login?a=b?c", "/login ?a=b?c"), ("/x?", "/x ?"),
            ("http://other:1/y?z=1", "/y ?z=1 host=other:1"), ("http://other", "/ ?- host=other"),
        ])
    func targets(target: String, expected: String) async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET \(target) HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            #expect(await client.readToEnd().contains("GET \(expected)"))
        }
    }

    @Test(
        "A request that two readers could understand differently is refused",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417),
            ("HELLO\r\n\r\n", 400),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", 400),
        ])
    func refusals(bytes: String, status: Int) async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send(bytes)
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test("Requests that came at once are answered in their order")
    func pipelining() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            await client.send("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = await client.readToEnd()
            let order = ["GET /1", "POST /2 ?- host=a body=3", "GET /3"].map { answer.range(of: $0)?.lowerBound }
            #expect(order.allSatisfy { $0 != nil })
            #expect(order.compactMap { $0 } == order.compactMap { $0 }.sorted())
        }
    }

    @Test("A client that ends its side after the request still gets its answer")
    func halfClose() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
            client.endSending()
            #expect(await client.readToEnd().contains("GET /half"))
        }
    }

    @Test("HTTP/1.0 is answered and its connection closed, even when it asks to keep it")
    func oldVersion() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.contains("GET /old ?- host=-"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test("White space around a value is no part of it")
    func whiteSpace() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /w HTTP/1.1\r\nHost: \t a.example \t \r\nConnection: close \r\n\r\n")
            #expect(await client.readToEnd().contains("host=a.example body"))
        }
    }

    @Test("HEAD gets the head that GET would get, without the body")
    func head() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("HEAD /h HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.contains("Content-Length: 25\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("A client that waits for 100 Continue is told to go on")
    func expectContinue() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            await client.send("ab")
            #expect(await client.readToEnd().contains("body=2"))
        }
    }
}

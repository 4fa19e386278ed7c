import Foundation
import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Framing of requests")
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

    @Test("Pipelined requests are answered in order, in any number")
    func pipelining() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            let requests = (0..<2000).map { number in
                number.isMultiple(of: 2)
                    ? "GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
                    : "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            }
            async let sent: Void = client.send(
                requests.joined() + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = await client.readToEnd()
            await sent
            let order = answer.matches(of: #/(?:GET|POST) /(\d+) /#).compactMap { Int($0.output.1) }
            #expect(order == Array(0..<2000))
            #expect(handler.requests.withLock { $0 } == 2001)
        }
    }

    // Answers of several connections are sent together, a little after they are written.
    @Test(
        "A client that half-closes after its request gets its answer, among other clients too",
        arguments: ["", "GET /rest HTTP/1"], [0, 1])
    func halfClose(rest: String, others: Int) async throws {
        try await withServer { server, _ in
            let other = others > 0 ? try await RawConnection(port: server.port) : nil
            for _ in 0..<20 {
                let client = try await RawConnection(port: server.port)
                await client.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n\(rest)")
                client.endSending()
                #expect(await client.readToEnd().contains("GET /half"))
            }
            other?.endBoth()
        }
    }

    @Test("HTTP/1.0 gets an answer and its connection is closed, even if it asks for keep-alive")
    func oldVersion() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.contains("GET /old ?- host=-"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test("White space around a field value is not part of it")
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

    @Test("A client that expects 100 Continue gets it")
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

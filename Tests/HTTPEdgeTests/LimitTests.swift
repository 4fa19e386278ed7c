import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Limits on size and time")
struct LimitTests {
    private var small: Limits {
        var limits = Limits()
        limits.bodyBytes = 1000
        return limits
    }

    /// Short timeouts, but longer than a busy machine takes to send a few bytes.
    private var shortTimeouts: Limits {
        var limits = Limits()
        limits.headTimeout = .seconds(3)
        limits.bodyTimeout = .seconds(3)
        limits.idleTimeout = .seconds(3)
        limits.unreadTimeout = .seconds(1)
        return limits
    }

    @Test("A body with too large a Content-Length is refused before it is sent", .proves(.oversizedRequestIsRefused))
    func announcedBody() async throws {
        try await withServer(limits: small) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test(
        "A chunked body is refused when it grows too large, and the client can read the answer",
        .proves(.oversizedRequestIsRefused),
        arguments: [
            ("", "64\r\n\(String(repeating: "x", count: 100))\r\n"),
            ("7fffffffffffffff\r\n", String(repeating: "x", count: 100)),
        ])
    func chunkedBody(start: String, piece: String) async throws {
        try await withServer(limits: small) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(start)")
            for _ in 0..<200 { await client.send(piece) }
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test(
        "Header fields beyond a limit are refused with 431", .proves(.oversizedRequestIsRefused),
        arguments: [
            "X: \(String(repeating: "a", count: 17 << 10))\r\n",
            String(repeating: "X-Filler: \(String(repeating: "a", count: 1000))\r\n", count: 80),
            String(repeating: "X: 1\r\n", count: 140),
        ])
    func fields(fields: String) async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test(
        "A slow request times out with 408",
        arguments: ["GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"])
    func slowRequests(start: String) async throws {
        try await withServer(limits: shortTimeouts) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send(start)
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("A slow head times out on a used connection as soon as on a new one")
    func slowSecondHead() async throws {
        var limits = Limits()
        limits.headTimeout = .seconds(5)
        limits.idleTimeout = .seconds(600)
        try await withServer(limits: limits) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "body=0").contains("/1"))
            await client.send("GET /2 HTTP/1.1\r\nHo")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test(
        "A request that never ends times out as soon as one that stalls",
        arguments: [
            ("", "\r\n"), ("GET / HTTP/1.1\r\nX: ", "x"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", "x"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", "x"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", "x"),
        ])
    func dripping(start: String, drop: String) async throws {
        var limits = Limits()
        limits.headTimeout = .seconds(1)
        limits.bodyTimeout = .seconds(1)
        try await withServer(limits: limits) { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(start)
            let drip = Task {
                while !Task.isCancelled {
                    await client.send(drop)
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            _ = await client.readToEnd()
            #expect(await eventually { server.openConnections == 0 })
            drip.cancel()
            #expect(handler.requests.withLock { $0 } == 0)
        }
    }

    @Test("A part of a head that came with an earlier request times out as soon as one that comes alone")
    func partBehindAnswer() async throws {
        var limits = Limits()
        (limits.headTimeout, limits.idleTimeout) = (.seconds(1), .seconds(60))
        try await withServer(limits: limits) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HT")
            #expect(await client.readToEnd().contains("\nHTTP/1.1 408 "))
        }
    }

    @Test(
        "A client that closes within a request gets no answer",
        arguments: [
            "", "G", "GET / HTTP/1.1\r\nHost: a\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na",
        ])
    func halfRequests(start: String) async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(start)
            client.endSending()
            #expect(await client.readToEnd() == "")
            #expect(await eventually { server.openConnections == 0 })
            #expect(handler.requests.withLock { $0 } == 0)
        }
    }

    @Test("A body in tiny pieces takes no more memory than its size")
    func tinyPieces() async throws {
        var limits = Limits()
        limits.bodyTimeout = .seconds(120)  // For a build with a sanitizer, which takes its time for each piece.
        try await withServer(limits: limits) { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
            // Copying the earlier pieces for each piece would take minutes, longer than the client's timeout.
            for _ in 0..<100 { await client.send(String(repeating: "1\r\nx\r\n", count: 5000)) }
            await client.send("0\r\n\r\n")
            #expect(await client.readToEnd().contains("body=500000"))
        }
    }

    @Test("A connection without a request is closed without an answer")
    func idleConnections() async throws {
        try await withServer(limits: shortTimeouts) { server, _ in
            let fresh = try await RawConnection(port: server.port)
            #expect(await fresh.readToEnd() == "")
            let used = try await RawConnection(port: server.port)
            await used.send("GET /u HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await used.readToEnd().hasSuffix("body=0\n"))
        }
    }

    @Test("A connection beyond the maximum gets an answer that says so")
    func tooManyConnections() async throws {
        var limits = Limits()
        limits.connections = 2
        try await withServer(limits: limits) { server, _ in
            let first = try await RawConnection(port: server.port)
            let second = try await RawConnection(port: server.port)
            for client in [first, second] {
                await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await client.read(until: "body=0").contains("200 OK"))
            }
            let third = try await RawConnection(port: server.port)
            #expect(await third.readToEnd().hasPrefix("HTTP/1.1 503 "))
            await first.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await first.read(until: "body=0").contains("/again"))
        }
    }

    @Test("A client that sends requests and reads no answers is disconnected")
    func unreadAnswers() async throws {
        try await withServer(limits: shortTimeouts) { server, handler in
            let client = try await RawConnection(port: server.port, receiveBuffer: 4096)
            await client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 50))
            #expect(await eventually { handler.requests.withLock { $0 } > 0 })
            #expect(await eventually { server.openConnections == 0 })
            #expect(await client.readToEnd().utf8.count < 8 << 20)
        }
    }
}

import HTTPEdge
import Synchronization
import TestSupport
import Testing

@Suite("Answers that are broken or late on purpose")
struct BrokenAnswerTests {
    @Test("Silence closes the connection without a byte, and others are served on")
    func silence() async throws {
        try await withServer { server, _ in
            let other = try await RawConnection(port: server.port)
            let client = try await RawConnection(port: server.port)
            await client.send("GET /silence HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.readToEnd() == "")
            await other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await other.read(until: "body=0").contains("GET /x"))
        }
    }

    @Test("Silence takes nothing from the answer before it")
    func silenceBehindAnAnswer() async throws {
        try await withServer { server, _ in
            let other = try await RawConnection(port: server.port)
            let client = try await RawConnection(port: server.port)
            await client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /silence HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.contains("GET /x"))
            #expect(answer.matches(of: #/HTTP/1.1 /#).count == 1)
            other.endBoth()
        }
    }

    @Test("A torn body is announced in full, sent in part, and followed by the end of the connection")
    func torn() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /torn HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("Content-Length: 10\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nhalf"))
            #expect(await eventually { server.openConnections == 0 })
        }
    }

    @Test("A pause delays the answer and no other connection, and leaves the connection usable")
    func pause() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /pause?300 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.requests.withLock { $0 } == 1 })
            let other = try await RawConnection(port: server.port)
            await other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await other.read(until: "body=0").contains("GET /x"))
            #expect(await client.read(until: "body=0").contains("GET /pause"))
            await client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "body=0").contains("GET /next"))
        }
    }

    @Test("A pause ends when the client goes away")
    func pauseWithoutClient() async throws {
        try await withServer { server, handler in
            do {
                let client = try await RawConnection(port: server.port)
                await client.send("GET /pause?600000 HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await eventually { handler.requests.withLock { $0 } == 1 })
                #expect(handler.cancelledPauses.withLock { $0 } == 0)
            }
            #expect(await eventually { handler.cancelledPauses.withLock { $0 } == 1 })
            #expect(await eventually { server.openConnections == 0 })
        }
    }

    @Test("A pause does not hold up the stop of the server")
    func pauseAndStop() async throws {
        var limits = Limits()
        limits.stopGrace = .seconds(600)
        let handler = EchoHandler()
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: limits)
        await server.serve(handler)
        let client = try await RawConnection(port: server.port)
        await client.send("GET /pause?600000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { handler.requests.withLock { $0 } == 1 })
        await server.stop()
        #expect(handler.cancelledPauses.withLock { $0 } == 1)
        #expect(await client.readToEnd() == "")
    }
}

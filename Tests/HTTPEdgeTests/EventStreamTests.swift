import HTTPEdge
import Synchronization
import TestSupport
import Testing

@Suite("Streams of events")
struct EventStreamTests {
    @Test("A stream that ends leaves the connection usable")
    func endOfStream() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /events?one HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "0\r\n\r\n").contains("data: yyyy"))
            await client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "body=0").contains("/next"))
        }
    }

    @Test("The writer of a stream is stopped when the client goes away")
    func disconnect() async throws {
        try await withServer { server, handler in
            do {
                let client = try await RawConnection(port: server.port)
                await client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await client.read(until: "data:").contains("200 OK"))
            }
            #expect(await eventually { handler.endedStreams.withLock { $0 } == 1 })
        }
    }

    @Test("The writer waits for a client that does not read, and is stopped when that lasts too long")
    func stalledReader() async throws {
        var limits = Limits()
        limits.unreadTimeout = .milliseconds(300)
        try await withServer(limits: limits) { server, handler in
            let client = try await RawConnection(port: server.port, receiveBuffer: 4096)
            await client.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.endedStreams.withLock { $0 } == 1 })
            // Far less than the flood would write in that time: the sockets' buffers, and one event.
            #expect(handler.ticks.withLock { $0 } < 200)
            _ = client
        }
    }
}

import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Event streams")
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

    @Test("The writer waits for a client that does not read, and is stopped after a timeout")
    func stalledReader() async throws {
        var limits = Limits()
        limits.unreadTimeout = .milliseconds(300)
        try await withServer(limits: limits) { server, handler in
            let client = try await RawConnection(port: server.port, receiveBuffer: 4096)
            await client.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.endedStreams.withLock { $0 } == 1 })
            // Far less than the flood would write in that time: the sockets' buffers and one event.
            #expect(handler.ticks.withLock { $0 } < 200)
            _ = client
        }
    }

    @Test("An alarm goes off at its time")
    func alarm() async throws {
        try await withStream(
            .events(
                EventStream { writer in
                    await withCheckedContinuation { continuation in
                        _ = writer.alarm(after: .milliseconds(1)) { continuation.resume() }
                    }
                    try await writer.send(Array("data: rung\n\n".utf8))
                })
        ) { client in
            #expect(await client.readToEnd().contains("data: rung"))
        }
    }

    @Test("A cancelled alarm does not go off, and releases its closure")
    func cancelledAlarm() async throws {
        let count = Count()
        try await withStream(
            .events(
                EventStream { writer in
                    let witness = Witness(count)
                    writer.alarm(after: .seconds(3600)) { withExtendedLifetime(witness) {} }.cancel()
                })
        ) { client in
            _ = await client.readToEnd()
            #expect(await eventually { count.gone.withLock { $0 } == 1 })
        }
    }

    private final class Count: Sendable {
        let gone = Mutex(0)
    }

    /// Reports when it is released.
    private final class Witness: Sendable {
        private let count: Count

        init(_ count: Count) { self.count = count }
        deinit { count.gone.withLock { $0 += 1 } }
    }

    /// Runs a test with a connection that has requested this answer, with `Connection: close`.
    private func withStream(_ answer: HTTPResponse.Body, _ body: (RawConnection) async throws -> Void) async throws {
        struct Answer: RequestHandler {
            let body: HTTPResponse.Body
            func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(.ok, body: body) }
        }
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        await server.serve(Answer(body: answer))
        let client = try await RawConnection(port: server.port)
        await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        try await body(client)
        await server.stop()
    }
}

import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Listening and stopping")
struct StopTests {
    @Test("A stop closes idle connections and ends the others after a timeout")
    func stop() async throws {
        var limits = Limits()
        limits.stopGrace = .milliseconds(200)
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0, limits: limits)
        await server.serve(EchoHandler())
        let idle = try await RawConnection(port: server.port)
        await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await idle.read(until: "body=0").contains("200 OK"))
        let stream = try await RawConnection(port: server.port)
        await stream.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await stream.read(until: "data:").contains("200 OK"))
        await server.stop()
        #expect(await idle.readToEnd() == "")
        #expect(await stream.readToEnd().contains("data:"))
    }

    @Test("Stopping twice, in sequence or at once, returns both times")
    func stopTwice() async throws {
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        await server.serve(EchoHandler())
        async let first: Void = server.stop()
        async let second: Void = server.stop()
        _ = await (first, second)
        await server.stop()
    }

    @Test("An answer under way is finished before a stop closes its connection")
    func answerUnderWay() async throws {
        let handler = EchoHandler()
        let server = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        await server.serve(handler)
        let client = try await RawConnection(port: server.port)
        await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { handler.requests.withLock { $0 } == 1 })
        await server.stop()
        #expect(await client.readToEnd().contains("GET /slow"))
    }

    @Test("A port in use is named in the error")
    func portInUse() async throws {
        try await withServer { server, _ in
            let port = server.port
            await #expect(throws: HTTPServer.BindError.portInUse(port)) {
                _ = try await HTTPServer(addresses: ["127.0.0.1"], port: port)
            }
        }
    }

    @Test("localhost is one port on both loopback addresses")
    func bothLoopbacks() async throws {
        let server = try await HTTPServer(addresses: ["127.0.0.1", "::1"], port: 0)
        #expect(server.addresses.first == "127.0.0.1")
        await server.serve(EchoHandler())
        for address in server.addresses {
            let client = try await RawConnection(address: address, port: server.port)
            await client.send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(await client.readToEnd().contains("GET /x"), "\(address)")
        }
        await server.stop()
    }
}

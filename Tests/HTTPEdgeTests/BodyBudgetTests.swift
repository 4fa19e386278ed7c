import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Memory for requests that are not answered yet")
struct BodyBudgetTests {
    /// A budget for two incomplete bodies of 40,000 bytes.
    private var tight: Limits {
        var limits = Limits()
        limits.smallBodyBytes = 1000
        limits.heldBytes = 100_000
        return limits
    }

    private static func start(_ size: Int, of all: Int = 40_000, path: String = "/") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(all)\r\n\r\n" + String(repeating: "x", count: size)
    }

    /// Sends the beginning of a body and waits until the server has buffered it.
    private static func hold(_ server: HTTPServer, _ client: RawConnection, _ start: String) async {
        let before = server.heldBytes
        await client.send(start)
        #expect(await eventually { server.heldBytes > before + 30_000 })
    }

    @Test("A body that exceeds the budget gets 503 with Retry-After")
    func budget() async throws {
        try await withServer(limits: tight) { server, handler in
            let first = try await RawConnection(port: server.port)
            let second = try await RawConnection(port: server.port)
            for client in [first, second] { await Self.hold(server, client, Self.start(39_999)) }
            let third = try await RawConnection(port: server.port)
            await third.send(Self.start(39_999))
            let refusal = await third.readToEnd()
            #expect(refusal.hasPrefix("HTTP/1.1 503 "))
            #expect(refusal.contains("\r\nRetry-After: 1\r\n") && refusal.contains("\r\nConnection: close\r\n"))
            await first.send("x")
            #expect(await first.read(until: "body=").contains("body=40000"))
            let again = try await RawConnection(port: server.port)
            await again.send(Self.start(40_000))
            #expect(await again.read(until: "body=").contains("body=40000"))
            #expect(handler.requests.withLock { $0 } == 2)
        }
    }

    @Test("Small requests are served regardless of the number of large ones")
    func smallOnes() async throws {
        try await withServer(limits: tight) { server, _ in
            let large = try await RawConnection(port: server.port)
            await Self.hold(server, large, Self.start(49_999, of: 50_000))
            let other = try await RawConnection(port: server.port)
            await Self.hold(server, other, Self.start(49_999, of: 50_000))
            let small = try await RawConnection(port: server.port)
            for _ in 1...3 {
                await small.send(Self.start(10, of: 600))
                await small.send(String(repeating: "x", count: 590))
                #expect(await small.read(until: "body=").contains("body=600"))
            }
        }
    }

    @Test(
        "Every way to end a connection returns its part of the budget",
        arguments: ["answered", "closed", "reset", "half-closed", "late", "refused", "malformed", "stopped"])
    func released(end: String) async throws {
        var limits = tight
        if end == "late" { limits.bodyTimeout = .milliseconds(300) }
        limits.stopGrace = .milliseconds(100)
        try await withServer(limits: limits) { server, _ in
            var client: RawConnection? = try await RawConnection(port: server.port)
            let isChunked = ["refused", "malformed"].contains(end)
            let start =
                isChunked
                ? "POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "9c3f\r\n\(String(repeating: "x", count: 39_999))\r\n" : Self.start(39_999)
            if let client { await Self.hold(server, client, start) }
            switch end {
            case "answered": await client?.send("x")
            case "closed": client = nil
            case "reset": client?.endBoth()
            case "half-closed": client?.endSending()
            case "refused": await client?.send("fff\r\n")
            case "malformed": await client?.send("x\r\n")
            case "stopped": await server.stop()
            default: break
            }
            #expect(await eventually { server.heldBytes == 0 })
        }
    }

    @Test("A body counts until it is answered, and so do the bytes read after it")
    func answering() async throws {
        try await withServer(limits: tight) { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(Self.start(40_000, path: "/pause?60000"))
            #expect(await eventually { handler.requests.withLock { $0 } == 1 })
            #expect(server.heldBytes >= 39_000)
            client.endBoth()
            #expect(await eventually { server.heldBytes == 0 })
        }
    }

    // Without the limit the server would read and buffer all of it.
    @Test("The bytes read ahead of pipelined requests are limited")
    func pipelined() async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send("GET /pause?60000 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.requests.withLock { $0 } == 1 })
            let flood = Task {
                for _ in 0..<64 {
                    await client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 2500))
                }
            }
            #expect(await eventually { server.heldBytes > 0 })
            var most = 0
            for _ in 0..<50 {
                most = max(most, server.heldBytes)
                try await Task.sleep(for: .milliseconds(10))
            }
            // The limit, and the bytes of one more read; buffers grow to powers of two.
            #expect(most <= 512 << 10)
            #expect(handler.requests.withLock { $0 } == 1)
            client.endBoth()
            await flood.value
        }
    }
}

import HTTPEdge
import Synchronization
import Testing
import TestSupport

@Suite("Hostile requests")
struct HostileRequestTests {
    private static let all =
        HostileRequest.lengths + HostileRequest.chunks + HostileRequest.lines + HostileRequest.fields
        + HostileRequest.sequences
    private static let next = Array("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)

    @Test("Each is served correctly or refused, and never smuggles another request", arguments: all)
    func outcome(request: HostileRequest) async throws {
        try await withServer { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(request.bytes + Self.next)
            request.check(answer: await client.readToEnd(), seen: handler.requests.withLock { $0 })
        }
    }

    @Test("The outcome is the same when the bytes arrive one by one", arguments: all.filter { $0.bytes.count < 4000 })
    func byteByByte(request: HostileRequest) async throws {
        // On a busy machine thousands of single bytes take longer than the usual timeout.
        var limits = Limits()
        (limits.headTimeout, limits.bodyTimeout) = (.seconds(60), .seconds(60))
        try await withServer(limits: limits) { server, handler in
            let client = try await RawConnection(port: server.port)
            await client.send(oneByOne: request.bytes + Self.next)
            request.check(answer: await client.readToEnd(), seen: handler.requests.withLock { $0 })
        }
    }

    @Test("An HTTP/1.0 client never gets 100 Continue, which it would take for the answer")
    func expectationOfAnOldClient() async throws {
        try await withServer { server, _ in
            let client = try await RawConnection(port: server.port)
            await client.send("POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains("body=2"))
        }
    }
}

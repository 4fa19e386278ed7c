import Foundation
import TestSupport
import Testing

@Suite("More connections than there is room for", .serialized)
struct ConnectionFloodTests {
    private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test("Of 10,000 idle connections 4096 are served and the others told 503, and room that is given back is used")
    func idleConnections() async throws {
        // The other tests of this process need some descriptors too.
        let count = min(10_000, Self.descriptors(upTo: 12_000) - 1000)
        try #require(count > 4096 + 500, "raise the hard limit of open files (ulimit -Hn) to at least 6000")
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        var connections: [RawConnection] = []
        var statuses: [String: Int] = [:]
        for _ in 0..<count {
            let connection = try await RawConnection(port: port)
            await connection.send(Self.request)
            statuses[String(await connection.read(until: "\n").prefix(12)), default: 0] += 1
            connections.append(connection)
        }
        #expect(statuses == ["HTTP/1.1 200": 4096, "HTTP/1.1 503": count - 4096])
        for connection in [connections[0], connections[2048], connections[4095]] {
            await connection.send(Self.request)
            #expect(await connection.read(until: "ok").contains("HTTP/1.1 200"))
        }
        connections = []
        #expect(await eventually { await Self.isServed(port) })
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("Without descriptors connections wait, and are served when some come back")
    func noDescriptors() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        try Self.limitDescriptors(of: binary.pid, to: 64)
        var early: [RawConnection] = []
        for _ in 0..<100 {
            let connection = try await RawConnection(port: port)
            await connection.send(Self.request)
            early.append(connection)
        }
        #expect(await early[0].read(until: "ok").contains("200 OK"))
        let late = early[99]
        early = []
        #expect(await late.read(until: "ok").contains("200 OK"))
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    private static func isServed(_ port: Int) async -> Bool {
        guard let connection = try? await RawConnection(port: port) else { return false }
        await connection.send(request)
        return await connection.read(until: "\n").hasPrefix("HTTP/1.1 200")
    }

    /// Raises this process's limit of open files as far as it takes and goes; returns the limit.
    private static func descriptors(upTo wanted: rlim_t) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        return setrlimit(resource, &limit) == 0 ? Int(limit.rlim_cur) : 0
    }

    private static func limitDescriptors(of pid: Int32, to count: Int) throws {
        let prlimit = Process()
        prlimit.executableURL = URL(filePath: "/usr/bin/prlimit")
        prlimit.arguments = ["--pid", String(pid), "--nofile=\(count)"]
        try prlimit.run()
        prlimit.waitUntilExit()
        #expect(prlimit.terminationStatus == 0)
    }
}

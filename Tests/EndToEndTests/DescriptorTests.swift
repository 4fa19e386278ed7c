import Foundation
import Testing
import TestSupport

/// The ways in which clients use up descriptors.
private enum Flood: CaseIterable {
    /// Connections without a request.
    case idle
    /// Each repeats a request for an unknown path, which the journal records.
    case refused
    /// Idle ones, and a few with requests.
    case few
    /// Each sends a part of a request.
    case half
    /// Each closes at once and is replaced by another.
    case gone
    /// Each makes the server close it, and stays.
    case lingering
    /// Each sends bytes that are not a request, which is refused before a route gets it.
    case malformed

    var request: String {
        switch self {
        case .idle, .gone: ""
        case .refused, .few: "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
        case .half: "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"
        case .lingering: "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        case .malformed: "GET / HTTP/9\r\n\r\n"
        }
    }

    var renews: Bool { [.gone, .lingering, .malformed].contains(self) }
}

@Suite("Fewer descriptors than connections")
struct DescriptorTests {
    @Test(
        "At every limit of open files from 64 up a server survives floods of every kind with descriptors to spare",
        arguments: [
            (64, []), (64, ["--store", "sqlite:store.db"]), (256, ["--store", "sqlite:store.db"]), (1024, []),
        ])
    func floods(limit: Int, options: [String]) async throws {
        _ = ConnectionFloodTests.descriptors(upTo: 4096)
        let (binary, ready) = try await Binary.ready(options, shell: #"ulimit -n \#(limit); exec "$0" "$@""#)
        let (port, pid) = (try ready.port, binary.pid)
        for flood in Flood.allCases {
            let most = await ConnectionFloodTests.withDescriptorsApart {
                Self.run(flood, connections: limit + 60, port, pid)
            }
            try #require(most <= limit - 8, "\(flood) has used \(most) descriptors of \(limit)")
            #expect(await eventually { await ConnectionFloodTests.isServed(port) }, "after \(flood)")
        }
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    // The limit is lowered below the number of open descriptors, as if other code had used up the rest.
    @Test(
        "Serving needs no descriptors beyond the connections",
        arguments: [[], ["--store", "sqlite:store.db"]])
    func noneAtAll(options: [String]) async throws {
        let (binary, ready) = try await Binary.ready(options)
        let port = try ready.port
        let slow = #"{"endpoint":"home","times":"always","fault":{"preset":"slow-body"}}"#
        #expect(try await TestClient(port: port).send("POST", "/debug/faults", body: slow).status == 201)
        var connections: [RawConnection] = []
        for _ in 0..<6 { connections.append(try await RawConnection(port: port)) }
        for connection in connections {
            await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await connection.read(until: "ok").contains("200 OK"))
        }
        try await ConnectionFloodTests.limitDescriptors(of: binary.pid, to: 4)
        await connections[0].send("GET /debug/events HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
        await connections[1].send("GET / HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
        for round in 0..<40 {
            if round % 12 == 0 {
                await connections[2].send(
                    "GET /debug/requests/await?count=900&timeout=1 HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
            }
            for connection in connections[3...] {
                await connection.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        try await ConnectionFloodTests.limitDescriptors(of: binary.pid, to: 1024)
        #expect(await eventually { await ConnectionFloodTests.isServed(port) })
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("With too low a limit the server does not start, and names the limit it needs", arguments: [16, 38])
    func tooLow(limit: Int) async throws {
        let binary = try Binary(
            ["--port", "0", "--ready-file", "ready.json"], shell: #"ulimit -n \#(limit); exec "$0" "$@""#)
        #expect(await binary.exitCode() == 69)
        #expect(binary.standardError.contains("The process may open \(limit) files"), "\(binary.standardError)")
        #expect(binary.standardError.contains("ulimit -n"))
    }

    /// Floods a server for more than a second; returns the maximum number of its open descriptors.
    private static func run(_ flood: Flood, connections: Int, _ port: Int, _ pid: Int32) -> Int {
        var (open, most) = (connect(connections, port), 0)
        for round in 0..<10 {
            usleep(100_000)
            if flood.renews, round % 2 == 1 {
                for descriptor in open { close(descriptor) }
                open = connect(connections, port)
            }
            for descriptor in flood == .few ? open.prefix(8) : open[...] where !(flood == .half && round > 0) {
                _ = flood.request.withCString { send(descriptor, $0, strlen($0), CInt(MSG_NOSIGNAL)) }
            }
            most = max(most, (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0)
        }
        for descriptor in open { close(descriptor) }
        return most
    }

    /// Begins connections without waiting for the server to accept them.
    private static func connect(_ count: Int, _ port: Int) -> [CInt] {
        (0..<count).map { _ in
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
            var peer = sockaddr_in()
            peer.sin_family = sa_family_t(AF_INET)
            peer.sin_port = in_port_t(port).bigEndian
            peer.sin_addr.s_addr = inet_addr("127.0.0.1")
            _ = withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return descriptor
        }
    }
}

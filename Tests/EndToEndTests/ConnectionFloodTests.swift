import Foundation
import Synchronization
import Testing
import TestSupport

@Suite("Connections beyond the maximum", .serialized)
struct ConnectionFloodTests {
    private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test("Of 10,000 idle connections 4096 are served and the others get 503, until connections close")
    func idleConnections() async throws {
        let count = min(10_000, Self.descriptors(upTo: 12_000) - 1000)
        try #require(count > 4096 + 500, "raise the hard limit of open files (ulimit -Hn) to at least 6000")
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        let statuses = await Self.withDescriptorsApart {
            let sockets = Self.open(count, port)
            let again = [0, 2048, 4095].map { Self.ask(sockets[$0].descriptor) }
            return [sockets.map(\.status), again]
        }
        let counts = Dictionary(grouping: statuses[0]) { $0 }.mapValues(\.count)
        #expect(counts == ["HTTP/1.1 200": 4096, "HTTP/1.1 503": count - 4096])
        #expect(statuses[1] == Array(repeating: "HTTP/1.1 200", count: 3))
        #expect(await eventually { await Self.isServed(port) })
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("Without free descriptors connections wait, and are served once there are some")
    func noDescriptors() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        try await Self.limitDescriptors(of: binary.pid, to: 64)
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

    /// Runs a function on a thread with a descriptor table of its own, empty at first and closed afterwards.
    ///
    /// The tests and servers that run meanwhile in this process share its limit of open files. The thread starts no
    /// other, which would share its table.
    static func withDescriptorsApart<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let result = Mutex<Result?>(nil)
                let isDone = DispatchSemaphore(value: 0)
                let thread = Thread {
                    unshareDescriptors()
                    closefrom(3)
                    let found = body()
                    result.withLock { $0 = found }
                    closefrom(3)
                    isDone.signal()
                }
                thread.start()
                isDone.wait()
                if let found = result.withLock({ $0 }) { continuation.resume(returning: found) }
            }
        }
    }

    /// Gives this thread a copy of the table; Swift does not import the function for it.
    private static func unshareDescriptors() {
        typealias Unshare = @convention(c) (CInt) -> CInt
        let (cloneFiles, function): (CInt, _) = (0x400, dlsym(nil, "unshare"))
        let isDone = function.map { unsafeBitCast($0, to: Unshare.self)(cloneFiles) == 0 } ?? false
        precondition(isDone, "the descriptors of all tests would be closed")
    }

    /// Opens connections in sequence, sends the request on each, and keeps them open.
    ///
    /// It uses one thread and must be fast: the first connection must not time out before the last is served.
    private static func open(_ count: Int, _ port: Int) -> [(descriptor: CInt, status: String)] {
        (0..<count).map { _ in
            let descriptor = connect(port)
            return (descriptor, ask(descriptor))
        }
    }

    /// Opens a connection; when that fails, `ask` gets no answer.
    static func connect(_ port: Int) -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
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

    /// Sends the request and returns the start of the answer.
    static func ask(_ descriptor: CInt) -> String {
        _ = request.withCString { send(descriptor, $0, request.utf8.count, CInt(MSG_NOSIGNAL)) }
        var answer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &answer, answer.count, 0)
        return String(decoding: answer.prefix(min(max(count, 0), 12)), as: UTF8.self)
    }

    static func isServed(_ port: Int) async -> Bool {
        guard let connection = try? await RawConnection(port: port) else { return false }
        await connection.send(request)
        return await connection.read(until: "\n").hasPrefix("HTTP/1.1 200")
    }

    /// Raises this process's limit of open files as far as wanted and possible; returns the limit.
    static func descriptors(upTo wanted: rlim_t) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        return setrlimit(resource, &limit) == 0 ? Int(limit.rlim_cur) : 0
    }

    static func limitDescriptors(of pid: Int32, to count: Int) async throws {
        #expect(try await ChildProcess.run("prlimit", ["--pid", String(pid), "--nofile=\(count):"]) == 0)
    }
}

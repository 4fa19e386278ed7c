import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Bodies beyond the memory budget", .serialized)
struct BodyFloodTests {
    /// One byte more than the part of each body that is sent.
    private static let size = 1 << 20

    @Test(
        "Large unfinished bodies take little memory, with or without a token, and others are still served",
        arguments: ["/mcp", "/token"])
    func unfinished(path: String) async throws {
        let (binary, ready) = try await Binary.ready()
        let (port, pid) = (try ready.port, binary.pid)
        let client = TestClient(port: port)
        let token = try await client.send("POST", "/debug/tokens/issue", body: "{}").json["access_token"]?.string
        let fields = [
            "Host: localhost:\(port)", "Authorization: Bearer \(token ?? "")", "Content-Type: application/json",
            "Accept: application/json, text/event-stream", "Content-Length: \(Self.size)",
        ]
        let start = "POST \(path) HTTP/1.1\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n"
        let before = Self.resident(pid)
        let (most, isServed) = await ConnectionFloodTests.withDescriptorsApart {
            var open: [CInt] = []
            var (most, isServed) = (0, false)
            for _ in 0..<200 {
                let descriptor = ConnectionFloodTests.connect(port)
                Self.send(Array(start.utf8) + [UInt8](repeating: 0x20, count: Self.size - 1), descriptor)
                open.append(descriptor)
                most = max(most, Self.resident(pid))
            }
            let other = ConnectionFloodTests.connect(port)
            isServed = ConnectionFloodTests.ask(other) == "HTTP/1.1 200"
            for descriptor in open + [other] { close(descriptor) }
            return (most, isServed)
        }
        #expect(most - before < 100 << 20, "grew by \((most - before) >> 20) MiB for 200 MiB that came")
        #expect(isServed)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    private static func send(_ bytes: [UInt8], _ descriptor: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The memory of a process, in bytes.
    private static func resident(_ pid: Int32) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
    }
}

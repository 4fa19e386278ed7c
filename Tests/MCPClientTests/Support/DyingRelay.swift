import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A relay before a server that resets each connection on its second request, like one that died unnoticed.
final class DyingRelay: Sendable {
    private let listener = RawListener()
    private let target: Int
    private let count = Mutex(0)

    /// The number of connections.
    var connections: Int { count.withLock { $0 } }
    var port: Int { listener.port }
    var origin: String { "http://127.0.0.1:\(port)" }

    /// Listens on a free port of 127.0.0.1, for the server on another.
    init(to target: Int) {
        self.target = target
        listener.serve { [self] client in
            count.withLock { $0 += 1 }
            serve(client)
        }
    }

    func close() { listener.close() }

    private func serve(_ client: CInt) {
        let server = Self.makeSocket()
        var address = Self.address(port: target)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        Self.pass(from: client, to: server)
        Self.pass(from: server, to: client)
        _ = Self.read(client)
        // Closing without lingering sends a reset.
        var none = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        for file in [client, server] { _ = Glibc.close(file) }
    }

    /// Forwards one HTTP message.
    private static func pass(from source: CInt, to target: CInt) {
        var bytes: [UInt8] = []
        while !RawListener.isWhole(String(decoding: bytes, as: UTF8.self)), case let more = read(source), !more.isEmpty
        { bytes += more }
        _ = bytes.withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    private static func read(_ file: CInt) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(file, &chunk, chunk.count, 0)
        return Array(chunk.prefix(max(count, 0)))
    }

    private static func makeSocket() -> CInt { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}

import Foundation

/// A client that sends exactly the given bytes, for tests in which the bytes matter.
///
/// Every wait has a timeout, so a server that hangs fails the test instead of hanging it. Waiting happens on separate
/// threads: tests share few threads, and a test that waits must not block the server that it waits for.
public final class RawConnection: Sendable {
    private let descriptor: CInt

    /// A failure to connect, in the system's words.
    public struct ConnectError: Error {
        let reason: String
    }

    /// Connects to a server on this machine.
    ///
    /// - Parameters:
    ///   - address: an IPv4 address of this machine.
    ///   - port: the server's port.
    ///   - receiveBuffer: the size of the system's receive buffer in bytes, for clients that do not read.
    public init(address: String = "127.0.0.1", port: Int, receiveBuffer: CInt? = nil) async throws {
        let isSix = address.contains(":")
        let descriptor = socket(isSix ? AF_INET6 : AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let failure = await Self.onOwnThread { () -> CInt in
            if isSix {
                var peer = sockaddr_in6()
                peer.sin6_family = sa_family_t(AF_INET6)
                peer.sin6_port = in_port_t(port).bigEndian
                inet_pton(AF_INET6, address, &peer.sin6_addr)
                return Self.connect(descriptor, &peer)
            }
            var peer = sockaddr_in()
            peer.sin_family = sa_family_t(AF_INET)
            peer.sin_port = in_port_t(port).bigEndian
            peer.sin_addr.s_addr = inet_addr(address)
            return Self.connect(descriptor, &peer)
        }
        guard failure == 0 else { throw ConnectError(reason: String(cString: strerror(failure))) }
    }

    private static func connect<Address>(_ descriptor: CInt, _ peer: inout Address) -> CInt {
        let result = withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        return result == 0 ? 0 : errno
    }

    deinit {
        close(descriptor)
    }

    /// Sends text; bytes that the server no longer reads are not an error.
    public func send(_ text: String) async {
        await send(Array(text.utf8))
    }

    /// Sends bytes; bytes that the server no longer reads are not an error.
    public func send(_ bytes: [UInt8]) async {
        await Self.onOwnThread { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends the bytes one by one, so that the server usually reads them one by one.
    public func send(oneByOne bytes: [UInt8]) async {
        await Self.onOwnThread { [descriptor] in
            var isOn: CInt = 1
            setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<CInt>.size))
            for byte in bytes {
                guard withUnsafeBytes(of: byte, { Glibc.send(descriptor, $0.baseAddress, 1, CInt(MSG_NOSIGNAL)) }) == 1
                else { return }
                sched_yield()
            }
        }
    }

    /// Closes the client's side for writing; the server may still answer.
    public func endSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Shuts down both directions, as a client does that disconnects; the descriptor stays valid.
    public func endBoth() {
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Reads until the server closes.
    public func readToEnd() async -> String {
        var received: [UInt8] = []
        while let chunk = await read() { received += chunk }
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads until the text has arrived or the server closes, and returns everything received.
    public func read(until end: String) async -> String {
        var received: [UInt8] = []
        while !String(decoding: received, as: UTF8.self).contains(end), let chunk = await read() { received += chunk }
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads the next bytes; nil when the server has closed or the timeout has passed.
    public func read() async -> [UInt8]? {
        await Self.onOwnThread { [descriptor] in
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            return count > 0 ? Array(chunk[..<count]) : nil
        }
    }

    private static func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }
}

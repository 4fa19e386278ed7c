import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A listening socket on a free port of 127.0.0.1, for servers that do what no HTTP server does.
struct RawListener: Sendable {
    let port: Int
    private let descriptor: CInt

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(descriptor, pointer, length)
                _ = listen(descriptor, 64)
                _ = getsockname(descriptor, pointer, &length)
            }
            return Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
        self.descriptor = descriptor
    }

    /// Serves each connection on a thread of its own.
    func serve(_ serve: @escaping @Sendable (_ client: CInt) -> Void) {
        Thread.detachNewThread { [descriptor] in
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                Thread.detachNewThread { serve(client) }
            }
        }
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Whether a text is a whole message of HTTP, with a length in its head or without a body.
    static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text.lowercased().firstRange(of: "content-length: ").flatMap {
            Int(text[$0.upperBound...].prefix { $0.isNumber })
        }
        return text[end.upperBound...].utf8.count >= length ?? 0
    }
}

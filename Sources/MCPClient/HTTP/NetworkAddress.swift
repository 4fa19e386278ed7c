#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// An IPv4 or IPv6 address in the host of a URL.
package struct NetworkAddress: Equatable, Sendable {
    /// The four or sixteen bytes.
    private let bytes: [UInt8]

    /// Reads a dotted quad, or an IPv6 address in brackets; nil for a name.
    init?(_ host: String) {
        let isSix = host.hasPrefix("[")
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        let text = isSix ? String(host.dropFirst().dropLast()) : host
        guard inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    /// Wraps the bytes of the system's resolver; nil for another number than four or sixteen.
    init?(bytes: [UInt8]) {
        guard [4, 16].contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// The address as text, without brackets.
    var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, buffer.baseAddress, socklen_t(buffer.count))
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// Whether it is this machine.
    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes == Self.loopback }

    private static let loopback = [UInt8](repeating: 0, count: 15) + [1]

    /// Whether it belongs to a private network, a cloud machine's own services, or no host.
    ///
    /// RFC 6890 and the registries it began: RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6, RFC 6598. An IPv6 address
    /// that contains an IPv4 address (RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 3056 §2) counts as that.
    var isPrivate: Bool {
        if bytes.count == 4 {
            return switch (bytes[0], bytes[1]) {
            case (0, _), (10, _), (127, _), (169, 254), (192, 168), (224..., _): true
            case (172, let second): (16...31).contains(second)
            case (100, let second): (64...127).contains(second)
            case (192, 0): bytes[2] == 0
            case (198, let second): (18...19).contains(second)
            default: false
            }
        }
        if bytes.starts(with: [0x20, 0x02]) { return Self(bytes[2..<6]).isPrivate }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) || bytes.starts(with: Self.mapped) {
            return Self(bytes[12...]).isPrivate
        }
        let isUnicast = !bytes.starts(with: [UInt8](repeating: 0, count: 12)) && bytes[0] < 0xFC
        return !isUnicast || bytes[0] == 0xFE && bytes[1] >= 0x80
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
}

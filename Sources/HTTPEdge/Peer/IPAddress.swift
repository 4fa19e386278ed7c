#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// An IPv4 or IPv6 address; an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) counts as IPv4.
///
/// RFC 4291 §2.5.5.2.
struct IPAddress: Hashable, Sendable {
    /// The 4 or 16 bytes.
    let bytes: [UInt8]

    /// Reads an address without port, brackets and zone; nil for anything else.
    init?(_ text: some StringProtocol) {
        if let four = Self.parse(text, AF_INET, count: 4) {
            bytes = four
        } else if let six = Self.parse(text, AF_INET6, count: 16) {
            bytes = six.starts(with: Self.mapped) ? Array(six.dropFirst(12)) : six
        } else {
            return nil
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    private static func parse(_ text: some StringProtocol, _ family: CInt, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, String(text), &bytes) == 1 ? bytes : nil
    }

    /// The address in its canonical spelling (RFC 5952).
    var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, buffer.baseAddress, socklen_t(buffer.count))
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}

/// All addresses with the same prefix, such as `10.0.0.0/8`.
///
/// RFC 4632 §3.1.
struct IPNetwork: Hashable, Sendable {
    private let first: IPAddress
    private let prefixLength: Int

    /// Reads an address with or without a prefix length; nil when bits beyond the prefix are set.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(parts[0]) else { return nil }
        self.first = first
        if parts.count == 1 {
            prefixLength = first.bytes.count * 8
        } else {
            guard parts[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
                let length = Int(parts[1]),
                length <= first.bytes.count * 8
            else { return nil }
            prefixLength = length
        }
        guard (prefixLength..<first.bytes.count * 8).allSatisfy({ !Self.bit($0, of: first) }) else { return nil }
    }

    func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == first.bytes.count
            && (0..<prefixLength).allSatisfy { Self.bit($0, of: address) == Self.bit($0, of: first) }
    }

    private static func bit(_ index: Int, of address: IPAddress) -> Bool {
        address.bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }
}

internal import Dispatch

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The system's resolver of names.
enum Resolver {
    private struct UnknownName: Error {}

    /// The threads that wait for the resolver, which cannot be cancelled.
    private static let queue = DispatchQueue(label: "resolver", attributes: .concurrent)

    /// The addresses of a name, in the order in which to try them (RFC 6724).
    @Sendable static func addresses(of host: String) async throws -> [NetworkAddress] {
        try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result { try lookUp(host) }) }
        }
    }

    private static func lookUp(_ host: String) throws -> [NetworkAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { throw UnknownName() }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var entry = list
        while let one = entry?.pointee {
            if let address = one.ai_addr.flatMap(Self.address) { found.append(address) }
            entry = one.ai_next
        }
        return found
    }

    private static func address(_ socket: UnsafeMutablePointer<sockaddr>) -> NetworkAddress? {
        let socket = UnsafeRawPointer(socket)
        switch CInt(socket.load(as: sockaddr.self).sa_family) {
        case AF_INET:
            return NetworkAddress(bytes: withUnsafeBytes(of: socket.load(as: sockaddr_in.self).sin_addr) { Array($0) })
        case AF_INET6:
            return NetworkAddress(
                bytes: withUnsafeBytes(of: socket.load(as: sockaddr_in6.self).sin6_addr) { Array($0) })
        default: return nil
        }
    }
}

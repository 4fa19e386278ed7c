#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The connections whose clients have not read all that was sent to them, as Linux knows of programs on this machine.
///
/// The system is asked for the client's end of a connection by its two addresses, as every program may (`sock_diag`).
/// It knows none where the client is on another machine, or has a network of its own, as in a container; then nothing
/// is known.
enum UnreadAnswers {
    /// The numbers of some connections with unread bytes.
    static func numbers(among connections: [(number: Int, descriptor: CInt)]) -> [Int] {
        #if os(Linux)
        guard !connections.isEmpty else { return [] }
        let system = socket(family, rawAndClosedOnExec, diagnosis)
        guard system >= 0 else { return [] }
        defer { close(system) }
        // The end of the output counts as one byte.
        return connections.filter { unread($0.descriptor, system) > 1 }.map(\.number)
        #else
        return []
        #endif
    }

    #if os(Linux)
    // From <linux/netlink.h>, <linux/sock_diag.h> and <bits/socket_type.h>.
    private static let (family, rawAndClosedOnExec, diagnosis): (CInt, CInt, CInt) = (16, 3 | 0o2_000_000, 4)
    private static let (byFamily, isRequest): (UInt16, UInt16) = (20, 1)
    /// The positions in an answer: of its type, and of the number of unread bytes.
    private static let (typeOffset, unreadOffset) = (4, 72)

    /// The number of bytes that the client of a connection has not read; 0 where that is not known.
    private static func unread(_ connection: CInt, _ system: CInt) -> UInt32 {
        guard let client = End({ getpeername(connection, $0, $1) }),
            let server = End({ getsockname(connection, $0, $1) })
        else { return 0 }
        let request = question(client, server)
        guard send(system, request, request.count, 0) == request.count else { return 0 }
        var answer = [UInt8](repeating: 0, count: 512)
        let count = recv(system, &answer, answer.count, CInt(MSG_DONTWAIT))
        return answer.withUnsafeBytes { bytes in
            let type = bytes.loadUnaligned(fromByteOffset: typeOffset, as: UInt16.self)
            guard count >= unreadOffset + 4, type == byFamily else { return 0 }
            return bytes.loadUnaligned(fromByteOffset: unreadOffset, as: UInt32.self)
        }
    }

    /// The question for one end of a connection, in the layout of `inet_diag_req_v2`.
    private static func question(_ own: End, _ other: End) -> [UInt8] {
        let anyState = [UInt8](repeating: 0xff, count: 4)
        let request =
            [own.family, UInt8(IPPROTO_TCP), 0, 0] + anyState + own.port + other.port + own.address + other.address
            + [0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8)
        var header = [UInt8](repeating: 0, count: 16)
        header.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(16 + request.count), as: UInt32.self)
            bytes.storeBytes(of: byFamily, toByteOffset: typeOffset, as: UInt16.self)
            bytes.storeBytes(of: isRequest, toByteOffset: typeOffset + 2, as: UInt16.self)
        }
        return header + request
    }

    /// One end of a connection.
    private struct End {
        let family: UInt8
        /// In the order of the network; the address in 16 bytes.
        let port, address: [UInt8]

        /// Reads what the system says; nil where that is no address of the internet.
        init?(_ name: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt) {
            var storage = sockaddr_storage()
            let bytes = withUnsafeMutablePointer(to: &storage) { storage -> [UInt8]? in
                var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
                let result = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name($0, &length) }
                return result == 0 ? Array(UnsafeRawBufferPointer(start: storage, count: 28)) : nil
            }
            guard let bytes, [AF_INET, AF_INET6].contains(CInt(storage.ss_family)) else { return nil }
            (family, port) = (UInt8(storage.ss_family), Array(bytes[2..<4]))
            address =
                CInt(family) == AF_INET
                ? Array(bytes[4..<8]) + [UInt8](repeating: 0, count: 12) : Array(bytes[8..<24])
        }
    }
    #endif
}

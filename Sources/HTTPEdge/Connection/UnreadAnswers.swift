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
/// is known. All connections are asked about at once: a call of the system for the question, and one for each answer.
enum UnreadAnswers {
    /// The numbers of some connections with unread bytes.
    static func numbers(among connections: [(number: Int, ends: Ends)]) -> [Int] {
        #if os(Linux)
        guard !connections.isEmpty else { return [] }
        let system = socket(family, rawAndClosedOnExec, diagnosis)
        guard system >= 0 else { return [] }
        defer { close(system) }
        let questions = connections.indices.flatMap { connections[$0].ends.question(UInt32($0)) }
        guard send(system, questions, questions.count, 0) == questions.count else { return [] }
        // Each question has an answer, be it an error.
        let found = connections.compactMap { _ in unread(system) }
        return connections.indices.filter(found.contains).map { connections[$0].number }
        #else
        return []
        #endif
    }

    #if os(Linux)
    // From <linux/netlink.h>, <linux/sock_diag.h> and <bits/socket_type.h>.
    private static let (family, rawAndClosedOnExec, diagnosis): (CInt, CInt, CInt) = (16, 3 | 0o2_000_000, 4)
    private static let (byFamily, isRequest): (UInt16, UInt16) = (20, 1)
    /// The positions in an answer: of its type, of the number of its question, and of the number of unread bytes.
    private static let (typeOffset, questionOffset, unreadOffset) = (4, 8, 72)

    /// The number of the question of the next answer, if it is that the client has not read everything.
    private static func unread(_ system: CInt) -> Int? {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { answer in
            let count = recv(system, answer.baseAddress, answer.count, CInt(MSG_DONTWAIT))
            guard count >= unreadOffset + 4,
                answer.loadUnaligned(fromByteOffset: typeOffset, as: UInt16.self) == byFamily,
                // The end of the output counts as one byte.
                answer.loadUnaligned(fromByteOffset: unreadOffset, as: UInt32.self) > 1
            else { return nil }
            return Int(answer.loadUnaligned(fromByteOffset: questionOffset, as: UInt32.self))
        }
    }
    #endif

    /// The two ends of a connection, by which the system knows it.
    struct Ends {
        #if os(Linux)
        private let client, server: End

        /// Asks the system; nil where it is no connection of the internet.
        init?(_ connection: CInt) {
            guard let client = End({ getpeername(connection, $0, $1) }),
                let server = End({ getsockname(connection, $0, $1) })
            else { return nil }
            (self.client, self.server) = (client, server)
        }

        /// The question for the client's end, in the layout of `inet_diag_req_v2`.
        fileprivate func question(_ number: UInt32) -> [UInt8] {
            let anyState = [UInt8](repeating: 0xff, count: 4)
            let request =
                [client.family, UInt8(IPPROTO_TCP), 0, 0] + anyState + client.port + server.port + client.address
                + server.address + [0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8)
            var header = [UInt8](repeating: 0, count: 16)
            header.withUnsafeMutableBytes { bytes in
                bytes.storeBytes(of: UInt32(16 + request.count), as: UInt32.self)
                bytes.storeBytes(of: byFamily, toByteOffset: typeOffset, as: UInt16.self)
                bytes.storeBytes(of: isRequest, toByteOffset: typeOffset + 2, as: UInt16.self)
                bytes.storeBytes(of: number, toByteOffset: questionOffset, as: UInt32.self)
            }
            return header + request
        }
        #else
        /// Nothing is known of other systems.
        init?(_ connection: CInt) { return nil }
        #endif
    }

    #if os(Linux)
    /// One end of a connection.
    fileprivate struct End {
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

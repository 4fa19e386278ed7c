#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif
internal import OAuth

/// One GET request over plain HTTP, by the system's sockets: a client library would be most of the program.
///
/// It asks for the connection to be closed, and reads to its end. HTTP/1.0 would be simpler, but a server takes that
/// for a proxy's at `/debug`.
struct PlainGet {
    let host: String
    let port: Int
    let target: String
    let fields: [(name: String, value: String)]

    /// The answer.
    struct Answer {
        let status: Int
        /// The header fields, with names in lower case.
        let fields: [String: String]
        let body: [UInt8]
    }

    /// The reason why there is no answer.
    struct Failure: Error {
        let reason: String
    }

    /// A request to a server under an origin such as `http://localhost:9003`; nil for anything else.
    init?(origin: String, target: String, fields: [(name: String, value: String)] = []) {
        guard let server = URI(origin), server.scheme.lowercased() == "http", let host = server.host,
            ["", "/"].contains(server.path)
        else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = server.port.map(Int.init) ?? 80
        (self.target, self.fields) = (target, fields)
    }

    private static let timeout = 10
    private static let maximumBytes = 64 << 20

    /// Sends the request and reads the whole answer; each step has a timeout of ten seconds.
    func answer() throws(Failure) -> Answer {
        let connection = try connect()
        defer { close(connection) }
        let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let lines =
            ["GET \(target) HTTP/1.1", "Host: \(authority)", "Connection: close"]
            + fields.map { "\($0.name): \($0.value)" }
        try send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), to: connection)
        return try Self.parse(try receive(from: connection))
    }

    // MARK: - The socket

    /// Connects to the first address that answers; `localhost` and the names under it are both loopback addresses,
    /// without a resolver.
    private func connect() throws(Failure) -> CInt {
        var reason = "it has no address"
        for name in URI.isLocalhost(host) ? ["127.0.0.1", "::1"] : [host] {
            var found: UnsafeMutablePointer<addrinfo>?
            var hints = addrinfo()
            hints.ai_protocol = CInt(IPPROTO_TCP)
            let code = getaddrinfo(name, String(port), &hints, &found)
            guard code == 0 else {
                reason = String(cString: gai_strerror(code))
                continue
            }
            defer { freeaddrinfo(found) }
            var next = found
            while let address = next?.pointee {
                next = address.ai_next
                let connection = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
                guard connection >= 0 else { continue }
                setTimeout(of: connection)
                if systemConnect(connection, address.ai_addr, address.ai_addrlen) == 0 { return connection }
                reason = String(cString: strerror(errno))
                close(connection)
            }
        }
        throw Failure(reason: reason)
    }

    private func setTimeout(of connection: CInt) {
        var timeout = timeval(tv_sec: Self.timeout, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func send(_ bytes: [UInt8], to connection: CInt) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(reason: String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(from connection: CInt) throws(Failure) -> [UInt8] {
        var received: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(connection, &piece, piece.count)
            guard count >= 0 else { throw Failure(reason: "the answer did not come in time") }
            guard count > 0 else { return received }
            received += piece[..<count]
            guard received.count <= Self.maximumBytes else { throw Failure(reason: "the answer is too large") }
        }
    }

    // MARK: - The answer

    private static func parse(_ bytes: [UInt8]) throws(Failure) -> Answer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Failure(reason: "what came is no answer of HTTP")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Failure(reason: "what came is no answer of HTTP")
        }
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line.utf8[colon...].dropFirst().drop { $0 == UInt8(ascii: " ") }
            return (line[..<colon].lowercased(), String(Substring(value)))
        }
        let named = Dictionary(fields) { first, _ in first }
        let body = bytes[end.upperBound...]
        return Answer(
            status: status, fields: named,
            body: named["transfer-encoding"] == nil ? Array(body) : try unchunked(body))
    }

    /// Decodes a chunked body (RFC 9112 §7.1), which proxies may send.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
        var (rest, body) = (bytes, [UInt8]())
        while let end = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: rest[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(digits, radix: 16), size >= 0, size <= rest.count else { break }
            if size == 0 { return body }
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size).dropFirst(2)
        }
        throw Failure(reason: "its answer ends in the middle")
    }
}

/// The system's `connect`, which a method would shadow.
private func systemConnect(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> CInt {
    connect(descriptor, address, length)
}

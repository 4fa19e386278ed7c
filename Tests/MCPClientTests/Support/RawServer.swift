import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A server that answers each connection's first request with given bytes, and closes the connection.
final class RawServer: Sendable {
    /// The bytes of an answer to a request, head and body; nil to close without one.
    typealias Script = @Sendable (_ request: String) -> String?

    private let listener = RawListener()
    private let script: Script
    private let log = Mutex<[String]>([])

    var port: Int { listener.port }
    var origin: String { "http://127.0.0.1:\(port)" }
    /// All requests so far, head and body.
    var requests: [String] { log.withLock { $0 } }

    /// Listens on a free port of 127.0.0.1.
    init(_ script: @escaping Script) {
        self.script = script
        listener.serve { [self] in serve($0) }
    }

    func close() { listener.close() }

    private func serve(_ client: CInt) {
        defer { _ = Glibc.close(client) }
        var request = ""
        while !RawListener.isWhole(request) {
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            request += String(decoding: chunk.prefix(count), as: UTF8.self)
        }
        log.withLock { $0.append(request) }
        guard let answer = script(request) else { return }
        _ = Array(answer.utf8).withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(client, Int32(SHUT_WR))
        // What the client still sends must not turn the end into a reset.
        var rest = [UInt8](repeating: 0, count: 1024)
        while recv(client, &rest, rest.count, 0) > 0 {}
    }

}

extension RawServer {
    static func json(_ body: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let accepted = "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    /// A server of the revisions with a handshake and one tool, unless the script answers; an empty text closes.
    static func legacy(_ script: @escaping Script) -> RawServer {
        RawServer { request in
            if let answer = script(request) { return answer.isEmpty ? nil : answer }
            let id = Self.id(of: request)
            if request.contains(#""initialize""#) {
                let version = #""protocolVersion":"2025-11-25","capabilities":{"tools":{}}"#
                let info = #""serverInfo":{"name":"raw","version":"1"}"#
                return json(#"{"jsonrpc":"2.0","id":\#(id),"result":{\#(version),\#(info)}}"#)
            }
            if request.contains(#""tools/list""#) {
                let tool = #"{"name":"echo","inputSchema":{"type":"object"}}"#
                return json(#"{"jsonrpc":"2.0","id":\#(id),"result":{"tools":[\#(tool)]}}"#)
            }
            return accepted
        }
    }

    /// The number of a request.
    static func id(of request: String) -> String {
        request.firstRange(of: #""id":"#).map { String(request[$0.upperBound...].prefix { $0.isNumber }) } ?? ""
    }
}

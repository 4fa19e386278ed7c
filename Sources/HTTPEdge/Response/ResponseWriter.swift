internal import Primitives
internal import NIOCore

/// Turns answers into bytes.
///
/// RFC 9112 §4 to §7.
struct ResponseWriter {
    /// How the other end finds where the body ends.
    private enum Framing {
        case none
        case length(Int)
        case chunked
    }

    /// The largest buffer that is kept for the next answer, in bytes.
    private static let maximumKept = 16 << 10

    /// Tells a client that waits with its body to send it (RFC 9110 §15.2.1).
    static let continueResponse = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The bytes of the last answer, kept for their room.
    private var buffer = ByteBuffer()
    /// The bytes of its head.
    private var head: [UInt8] = []
    /// What the head begins with, which is mostly what the next one begins with.
    private var opening: Opening?

    /// The part of a head that does not depend on the body.
    private struct Opening {
        let status: HTTPStatus
        let fields: HTTPFields
        let date: String
        /// How many bytes it has.
        let size: Int

        func isSame(_ response: HTTPResponse, _ date: String) -> Bool {
            status == response.status && fields.isExactly(response.fields) && self.date == date
        }
    }

    /// Whether the stream under way is in chunks, as every stream is to a client of HTTP/1.1.
    private var isChunked = false

    /// The head of an answer and what is known of its body, as one piece; nil when nothing can be sent.
    ///
    /// - Parameters:
    ///   - isHTTP10: whether the request is one of HTTP/1.0.
    ///   - hasBody: whether a body may follow: not to `HEAD`.
    ///   - date: the value of `Date`.
    ///   - closes: whether the connection ends behind this answer.
    mutating func start(
        _ response: HTTPResponse, isHTTP10: Bool, hasBody: Bool, date: String, closes: Bool
    ) -> ByteBuffer? {
        var body: [UInt8] = []
        var framing = Framing.none
        switch response.body {
        case .bytes(let bytes):
            (body, framing) = (bytes, .length(bytes.count))
        case .torn(let bytes, let announced):
            (body, framing) = (bytes, .length(announced))
        case .events:
            // HTTP/1.0 knows no chunks: there the end of the connection ends the stream.
            isChunked = !isHTTP10
            if isChunked { framing = .chunked }
        case .silence: return nil
        }
        if !response.status.allowsBody {
            // RFC 9110 §8.6 and §15.3.6: no length at all, but of a reset form that there is none.
            (body, framing) = ([], response.status.code == 205 ? .length(0) : .none)
        }
        if !hasBody { body = [] }
        guard (100...999).contains(response.status.code), writeOpening(response, date: date) else { return nil }
        write(framing, closes: closes)
        buffer.clear(minimumCapacity: head.count + body.count)
        buffer.writeBytes(head)
        buffer.writeBytes(body)
        defer { if buffer.capacity > Self.maximumKept { buffer = ByteBuffer() } }
        return buffer
    }

    /// Begins the head, and says whether it can be sent.
    private mutating func writeOpening(_ response: HTTPResponse, date: String) -> Bool {
        if let opening, opening.isSame(response, date) {
            head.removeLast(head.count - opening.size)
            return true
        }
        guard Self.areSendable(response.fields) else { return false }
        head.removeAll(keepingCapacity: head.capacity <= Self.maximumKept)
        write("HTTP/1.1 ")
        write(String(response.status.code))
        write(" ")
        write(response.status.phrase)
        response.fields.bytes.withUnsafeBufferPointer { bytes in
            for field in response.fields.positions where !Self.isWrittenHere(bytes[field.name]) {
                write("\r\n")
                head.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[field.name]))
                write(": ")
                head.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[field.value]))
            }
        }
        write("\r\nDate: ")
        write(date)
        opening =
            head.count > Self.maximumKept
            ? nil : Opening(status: response.status, fields: response.fields, date: date, size: head.count)
        return true
    }

    private mutating func write(_ framing: Framing, closes: Bool) {
        switch framing {
        case .none: break
        case .length(let length):
            write("\r\nContent-Length: ")
            write(String(length))
        case .chunked: write("\r\nTransfer-Encoding: chunked")
        }
        if closes { write("\r\nConnection: close") }
        write("\r\n\r\n")
    }

    private mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { head.append(contentsOf: $0) }
    }

    /// A part of the stream that was started.
    func part(_ bytes: [UInt8]) -> ByteBuffer {
        guard isChunked else { return ByteBuffer(bytes: bytes) }
        var chunk = ByteBuffer(string: String(bytes.count, radix: 16) + "\r\n")
        chunk.writeBytes(bytes)
        chunk.writeStaticString("\r\n")
        return chunk
    }

    /// What ends the stream that was started.
    var end: ByteBuffer { ByteBuffer(string: isChunked ? "0\r\n\r\n" : "") }

    /// Whether a field says what is said here once: a second one of another value would move the answer's end.
    private static func isWrittenHere(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ownFields.contains { $0.utf8.count == name.count && name.lazy.map(\.lowercased).elementsEqual($0.utf8) }
    }

    private static let ownFields = ["connection", "content-length", "date", "transfer-encoding"]

    /// Whether each field is one line: what is no token or holds a line's end would become another field.
    private static func areSendable(_ fields: HTTPFields) -> Bool {
        fields.bytes.withUnsafeBufferPointer { bytes in
            fields.positions.allSatisfy { field in
                !field.name.isEmpty && bytes[field.name].allSatisfy(\.isToken)
                    && bytes[field.value].allSatisfy(\.isValue)
            }
        }
    }
}

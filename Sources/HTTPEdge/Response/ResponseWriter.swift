internal import NIOCore
internal import Primitives

/// Serializes responses.
///
/// RFC 9112 §4 to §7.
struct ResponseWriter {
    /// The way in which the client finds the end of the body.
    private enum Framing {
        case none
        case length(Int)
        case chunked
    }

    /// The maximum capacity of a buffer that is kept for the next answer, in bytes.
    private static let maximumKept = 16 << 10

    /// Asks a client that waits with its body to send it (RFC 9110 §15.2.1).
    static let continueResponse = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The bytes of the last answer, whose capacity is reused.
    private var buffer = ByteBuffer()
    /// The bytes of its head.
    private var head: [UInt8] = []
    /// The start of that head, which the next one usually repeats.
    private var opening: Opening?

    /// The part of a head that does not depend on the body.
    private struct Opening {
        let status: HTTPStatus
        let fields: HTTPFields
        let date: String
        /// Its size in bytes.
        let size: Int

        func isSame(_ response: HTTPResponse, _ date: String) -> Bool {
            status == response.status && fields.isExactly(response.fields) && self.date == date
        }
    }

    /// Whether the current stream is chunked, as every stream of HTTP/1.1 is.
    private var isChunked = false

    /// The head of an answer with the start of its body; nil when it cannot be sent.
    ///
    /// - Parameters:
    ///   - isHTTP10: whether the request is HTTP/1.0.
    ///   - hasBody: whether a body may follow: not for `HEAD`.
    ///   - date: the value of `Date`.
    ///   - closes: whether the connection closes after this answer.
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
            // HTTP/1.0 has no chunks: there the end of the connection ends the stream.
            isChunked = !isHTTP10
            if isChunked { framing = .chunked }
        case .silence: return nil
        }
        if !response.status.allowsBody {
            // RFC 9110 §8.6 and §15.3.6: no length at all, except for 205, which states a length of 0.
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

    /// Writes the start of the head, and returns whether it can be sent.
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

    /// A part of the current stream.
    func part(_ bytes: [UInt8]) -> ByteBuffer {
        // A chunk without bytes would end the stream.
        guard isChunked, !bytes.isEmpty else { return ByteBuffer(bytes: bytes) }
        var chunk = ByteBuffer(string: String(bytes.count, radix: 16) + "\r\n")
        chunk.writeBytes(bytes)
        chunk.writeStaticString("\r\n")
        return chunk
    }

    /// The end of the current stream.
    var end: ByteBuffer { ByteBuffer(string: isChunked ? "0\r\n\r\n" : "") }

    /// Whether the writer adds this field itself: a second one with another value would move the end of the answer.
    private static func isWrittenHere(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        ownFields.contains { $0.utf8.count == name.count && name.lazy.map(\.lowercased).elementsEqual($0.utf8) }
    }

    private static let ownFields = ["connection", "content-length", "date", "transfer-encoding"]

    /// Whether each field is one line: a name that is not a token, or a line end in a value, would add another field.
    private static func areSendable(_ fields: HTTPFields) -> Bool {
        fields.bytes.withUnsafeBufferPointer { bytes in
            fields.positions.allSatisfy { field in
                !field.name.isEmpty && bytes[field.name].allSatisfy(\.isToken)
                    && bytes[field.value].allSatisfy(\.isValue)
            }
        }
    }
}

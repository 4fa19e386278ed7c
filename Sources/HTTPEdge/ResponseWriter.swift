internal import NIOCore

/// Turns answers into bytes.
///
/// RFC 9112 §4 to §7.
struct ResponseWriter {
    /// The largest buffer that is kept for the next answer, in bytes.
    private static let mostKept = 16 << 10

    /// Tells a client that waits with its body to send it (RFC 9110 §15.2.1).
    static let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The bytes of the last answer, kept for their room.
    private var buffer = ByteBuffer()
    /// Whether the stream under way is in chunks, as every stream is to a client of HTTP/1.1.
    private var isChunked = false

    /// The head of an answer and what is known of its body, as one piece; nil when nothing can be sent.
    ///
    /// - Parameters:
    ///   - isOld: whether the request is one of HTTP/1.0.
    ///   - hasBody: whether a body may follow: not to `HEAD`.
    ///   - date: the value of `Date`.
    ///   - closes: whether the connection ends behind this answer.
    mutating func start(
        _ response: HTTPResponse, isOld: Bool, hasBody: Bool, date: String, closes: Bool
    ) -> ByteBuffer? {
        guard Self.areSendable(response.fields) else { return nil }
        var body: [UInt8] = []
        var framing = ""
        switch response.body {
        case .bytes(let bytes):
            body = bytes
            // RFC 9110 §8.6.
            if response.status != .noContent { framing = "\r\nContent-Length: \(bytes.count)" }
        case .torn(let bytes, let length):
            body = bytes
            framing = "\r\nContent-Length: \(length)"
        case .events:
            // HTTP/1.0 knows no chunks: there the end of the connection ends the stream.
            isChunked = !isOld
            if isChunked { framing = "\r\nTransfer-Encoding: chunked" }
        case .silence: return nil
        }
        if !hasBody { body = [] }
        buffer.clear(minimumCapacity: response.fields.bytes.count + body.count + 256)
        writeHead(response, framing: framing, date: date, closes: closes)
        buffer.writeBytes(body)
        defer { if buffer.capacity > Self.mostKept { buffer = ByteBuffer() } }
        return buffer
    }

    private mutating func writeHead(_ response: HTTPResponse, framing: String, date: String, closes: Bool) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(response.status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(response.status.phrase)
        for field in response.fields.positions {
            buffer.writeStaticString("\r\n")
            buffer.writeBytes(response.fields.bytes[field.name])
            buffer.writeStaticString(": ")
            buffer.writeBytes(response.fields.bytes[field.value])
        }
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(date)
        buffer.writeString(framing)
        if closes { buffer.writeStaticString("\r\nConnection: close") }
        buffer.writeStaticString("\r\n\r\n")
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

    /// Whether each field is one line: what is no token or holds a line's end would become another field.
    private static func areSendable(_ fields: HTTPFields) -> Bool {
        fields.positions.allSatisfy { field in
            !field.name.isEmpty && fields.bytes[field.name].allSatisfy(\.isToken)
                && fields.bytes[field.value].allSatisfy(\.isValue)
        }
    }
}

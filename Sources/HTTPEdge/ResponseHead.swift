internal import NIOCore

/// The head of an answer, as it is written before the body.
///
/// RFC 9112 §4 and §5.
struct ResponseHead {
    /// How the client finds the end of the body (RFC 9112 §6.3).
    enum Framing {
        /// There is none: 204.
        case none
        case length(Int)
        case chunked
        /// The end of the connection, for a stream to an HTTP/1.0 client.
        case untilClose
    }

    let status: HTTPStatus
    let fields: HTTPFields
    let framing: Framing
    let date: String
    /// Whether the connection ends behind this answer.
    let closes: Bool

    /// Whether every field can be sent as one line: what is no token or holds a line's end would be another field.
    var isSendable: Bool {
        fields.positions.allSatisfy { position in
            !position.name.isEmpty && fields.bytes[position.name].allSatisfy(\.isToken)
                && fields.bytes[position.value].allSatisfy(\.isValue)
        }
    }

    /// Appends the head, with the empty line at its end.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(status.phrase)
        for position in fields.positions {
            buffer.writeStaticString("\r\n")
            buffer.writeBytes(fields.bytes[position.name])
            buffer.writeStaticString(": ")
            buffer.writeBytes(fields.bytes[position.value])
        }
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(date)
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(length))
        case .chunked: buffer.writeStaticString("\r\nTransfer-Encoding: chunked")
        }
        if closes { buffer.writeStaticString("\r\nConnection: close") }
        buffer.writeStaticString("\r\n\r\n")
    }
}

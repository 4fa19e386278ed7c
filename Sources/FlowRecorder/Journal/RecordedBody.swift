internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The body of a request or an answer, as the journal keeps it.
///
/// Bodies of OAuth hold secrets, so they are redacted before they are kept. Messages of MCP hold none unless a client
/// put one in, and there are many of them: they are kept unchanged, up to ``limit`` bytes and the margin for finding
/// secrets, and redacted when they are shown.
package struct RecordedBody: Sendable {
    private enum Content {
        case form([(name: Redacted, value: Redacted)])
        case document(Redacted)
        case message([UInt8])
        /// A body of another type, in which secrets cannot be found, or a page.
        case hidden(Redacted?)
        /// An event stream, which has not ended yet.
        case events
    }

    private let content: Content
    private let type: String?
    /// The number of bytes sent or received; 0 for a stream.
    let count: Int

    /// The maximum number of bytes of a message that are shown.
    static let limit = 4096

    private init(_ content: Content, _ mediaType: String?, _ count: Int) {
        (self.content, type, self.count) = (content, mediaType, count)
    }

    /// The media type, or what else the message says of it; nil when that is nothing.
    func mediaType(_ secrets: SecretScanner) -> String? { type.map { secrets.excerpt($0).text } }

    /// Keeps the body of an MCP message; nil when it is empty.
    static func message(_ bytes: [UInt8], _ fields: HTTPFields, _ secrets: SecretScanner) -> RecordedBody? {
        guard !bytes.isEmpty else { return nil }
        let maximum = limit + secrets.margin
        let kept = bytes.count <= maximum ? bytes : Array(bytes[..<maximum])
        return RecordedBody(.message(kept), fields.first("content-type"), bytes.count)
    }

    /// Keeps the body of a request or an answer of any other endpoint; nil when it is empty.
    ///
    /// - Parameter form: the decoded body, when it is a form.
    static func redacting(
        _ bytes: [UInt8], _ fields: HTTPFields, form: FormParameters? = nil, _ secrets: SecretScanner
    ) -> RecordedBody? {
        guard !bytes.isEmpty else { return nil }
        let type = fields.mediaType
        func body(_ content: Content) -> RecordedBody { RecordedBody(content, type, bytes.count) }
        switch type {
        case "application/x-www-form-urlencoded":
            guard bytes.count <= 4 * limit, let form else { break }
            return body(
                .form(
                    form.fields.map { field in
                        (Redacted(message: field.name, secrets), Redacted(parameter: field.name, field.value, secrets))
                    }))
        case "application/json":
            guard bytes.count <= 4 * limit, let document = try? JSONParser.parse(bytes) else { break }
            return body(.document(Redacted(document: document, secrets)))
        case "text/html": return body(.hidden(nil))
        default: break
        }
        return body(.hidden(Redacted(Digest(of: bytes), length: bytes.count)))
    }

    /// An answer that is an event stream.
    static let events = RecordedBody(.events, "text/event-stream", 0)

    /// The parameters, when it is a form.
    package var form: [(name: Redacted, value: Redacted)]? {
        if case .form(let fields) = content { fields } else { nil }
    }

    /// The text in a form that may be shown, cut off where it is long.
    package func text(_ secrets: SecretScanner) -> String {
        switch content {
        case .form(let fields): fields.map { $0.name.text + "=" + $0.value.text }.joined(separator: "&")
        case .document(let document): document.text
        case .message(let bytes): Redacted(message: bytes, atMost: Self.limit, secrets).text
        case .hidden(let fingerprint): fingerprint?.text ?? "[a page of \(count) bytes]"
        case .events: "[an event stream]"
        }
    }

    /// Whether the text is only a beginning.
    package var isCut: Bool {
        if case .message = content { count > Self.limit } else { false }
    }

    /// The approximate memory, in bytes.
    var byteCount: Int {
        switch content {
        case .form(let fields): fields.reduce(0) { $0 + $1.name.size + $1.value.size }
        case .document(let document): document.size
        case .message(let bytes): bytes.count
        case .hidden, .events: 64
        }
    }
}

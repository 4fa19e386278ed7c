internal import Primitives

/// The head of a request, read without any of the leniencies that RFC 9112 allows.
///
/// A head that two servers could read differently is refused, because that is how request smuggling works (RFC 9112
/// §11.2).
final class RequestHead: Sendable {
    /// The way in which the end of the body is found (RFC 9112 §6.3).
    enum Framing: Equatable {
        /// A number of bytes; 0 without a body.
        case length(Int)
        /// The chunked transfer coding.
        case chunked

        /// Whether the body is known to be longer than a number of bytes.
        func isLonger(than maximum: Int) -> Bool {
            if case .length(let length) = self { length > maximum } else { false }
        }
    }

    let method: HTTPMethod
    let path: String
    let query: String?
    let host: String?
    let fields: HTTPFields
    let framing: Framing
    /// Whether it is HTTP/1.0, which has no transfer codings.
    let isHTTP10: Bool
    /// Whether the connection can be reused: never with HTTP/1.0, whose clients often read until the end.
    let isKeepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    let memo = HeadMemo()

    /// Parses a head.
    ///
    /// - Parameter bytes: its lines, each with its CR LF, and the empty line at the end.
    init(_ bytes: [UInt8], limits: Limits) throws(Refusal) {
        let line = try RequestLine(bytes)
        fields = HTTPFields(bytes: bytes, positions: try FieldLines.read(bytes, from: line.end))
        isHTTP10 = line.isHTTP10
        let hosts = fields["host"]
        guard hosts.count == 1 || (hosts.isEmpty && isHTTP10) else {
            throw Refusal(
                .badRequest, "Send exactly one Host header field.", expected: "one Host field",
                received: hosts.isEmpty ? "none" : "\(hosts.count) of them")
        }
        framing = try Self.framing(fields, isHTTP10: isHTTP10, limits)
        let expectations = fields["expect"]
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw Refusal(
                .expectationFailed, "The only expectation met here is 100-continue.",
                expected: "Expect: 100-continue, or no Expect",
                received: "Expect: \(expectations.joined(separator: ", "))")
        }
        method = line.method
        path = line.path
        query = line.query
        host = line.host ?? hosts.first
        isKeepAlive = !isHTTP10 && !fields["connection"].flatMap(Self.elements).contains("close")
        expectsContinue = !isHTTP10 && !expectations.isEmpty
    }

    /// Whether the head is judged before the body is read: for a large body, or `Expect: 100-continue`.
    func isJudgedFirst(_ limits: Limits) -> Bool {
        framing.isLonger(than: limits.smallBodyBytes) || (expectsContinue && framing != .length(0))
    }

    /// Makes a head from parts, for tests.
    init(method: HTTPMethod, path: String, query: String?, host: String?, fields: HTTPFields) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.fields = fields
        (framing, isHTTP10, isKeepAlive, expectsContinue) = (.length(0), false, true, false)
    }

    /// RFC 9112 §6.1 to §6.3: a length or chunked, stated once.
    private static func framing(_ fields: HTTPFields, isHTTP10: Bool, _ limits: Limits) throws(Refusal) -> Framing {
        let lengths = fields["content-length"]
        if fields.contains("transfer-encoding") {
            guard !isHTTP10 else {
                throw Refusal(
                    .badRequest, "HTTP/1.0 has no transfer codings; send a Content-Length.",
                    expected: "Content-Length", received: "Transfer-Encoding in HTTP/1.0")
            }
            let codings = fields["transfer-encoding"].flatMap(elements)
            guard lengths.isEmpty, !codings.dropLast().contains("chunked") else {
                throw .malformed(oneFraming, lengths.isEmpty ? "something behind chunked" : "both of them")
            }
            guard codings == ["chunked"] else {
                throw Refusal(
                    .notImplemented, "The only transfer coding understood here is chunked.",
                    expected: "Transfer-Encoding: chunked, or a Content-Length",
                    received: "Transfer-Encoding: \(codings.joined(separator: ", "))")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .length(0) }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ $0.isDigit }), let length = Int(text) else {
            throw .malformed(oneFraming, lengths.count > 1 ? "\(lengths.count) lengths" : "another length")
        }
        guard length <= limits.bodyBytes else { throw .bodyTooLarge(limits.bodyBytes, "Content-Length: \(length)") }
        return .length(length)
    }

    private static let oneFraming = "one Content-Length in decimal digits, or Transfer-Encoding: chunked"

    /// The elements of a list, in lower case, including empty ones (RFC 9110 §5.6.1).
    private static func elements(of value: String) -> [String] {
        value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { element in
            let start = element.drop(while: \.isBlank)
            return String(decoding: start.map(\.lowercased).reversed().drop(while: \.isBlank).reversed(), as: UTF8.self)
        }
    }
}

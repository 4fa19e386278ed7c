internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Why a connection failed, in words: the libraries' own descriptions name their source files.
struct ConnectionCause {
    /// The cause, as the rest of a sentence.
    let words: String
    let advice: ClientError.Advice
    /// Whether it is known that no part of the request was sent.
    let isBeforeRequest: Bool

    /// Reads the description of an error of SwiftNIO, of BoringSSL or of the HTTP parser.
    ///
    /// SwiftNIO wraps the system's error for each address, and its types for TLS are not this target's to import.
    init(_ error: any Error) {
        if let error = error as? HTTPParserError, let cause = Self.malformed(error) {
            (words, advice) = (cause, "The server, or a proxy before it, is at fault.")
            isBeforeRequest = false
            return
        }
        let text = "\(String(reflecting: type(of: error))) \(String(reflecting: error)) \(String(describing: error))"
        if let known = Self.known.first(where: { text.contains($0.mark) }) {
            (words, advice) = (known.words, known.advice)
            isBeforeRequest = !(error is HTTPParserError)
        } else if let code = Self.systemError(in: text) {
            (words, advice) = (String(cString: strerror(code)), Self.usual)
            isBeforeRequest = text.contains("connect")
        } else if text.contains("DNS error: ") || text.contains("NIOConnectionError: unknown") {
            (words, advice) = ("its name is not known", Self.usual)
            isBeforeRequest = true
        } else if text.contains("NIOSSL") || text.contains("BoringSSL") {
            (words, advice) = ("the two could not agree on TLS", "Check the certificate and the TLS of the server.")
            isBeforeRequest = true
        } else {
            (words, advice) = ("the connection failed (\("\(type(of: error))".printable(60)))", Self.usual)
            isBeforeRequest = false
        }
    }

    /// Whether a connection was closed in the middle of a request or an answer: without its last chunk, the rest of its
    /// length, or the end of TLS.
    static func isCut(_ error: any Error) -> Bool {
        if let error = error as? HTTPParserError { return error == .invalidEOFState }
        if let error = error as? ChannelError { return closings.contains(error) }
        return String(reflecting: error).contains("uncleanShutdown")
    }

    private static let closings: [ChannelError] = [
        .ioOnClosedChannel, .alreadyClosed, .outputClosed, .inputClosed, .eof,
    ]

    /// What is wrong with an answer that is HTTP after all; nil for other bytes.
    private static func malformed(_ error: HTTPParserError) -> String? {
        switch error {
        case .headerOverflow: "the head of its answer is too large"
        case .invalidCharactersUsed, .invalidHeaderToken, .lfExpected: "the head of its answer is malformed"
        case .invalidContentLength, .unexpectedContentLength, .invalidChunkSize:
            "the length of its answer is malformed or given twice"
        case .closedConnection, .trailingGarbage: "it sends bytes after its answer"
        default: nil
        }
    }

    private static let usual: ClientError.Advice = "Is the server running, and is the URL right?"
    private static let noTLS = "this port does not speak TLS, but perhaps plain http://"
    private static let tryPlain: ClientError.Advice = "Try http:// in place of https://, or another port."
    private static let certificate: ClientError.Advice =
        "Use the name that the certificate has, and a certificate that this machine trusts."

    /// What descriptions contain, the more specific first.
    private static let known: [(mark: String, words: String, advice: ClientError.Advice)] = [
        ("WRONG_VERSION_NUMBER", noTLS, tryPlain),
        ("HTTP_REQUEST", noTLS, tryPlain),
        ("HTTPS_PROXY_REQUEST", noTLS, tryPlain),
        ("PACKET_LENGTH_TOO_LONG", noTLS, tryPlain),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted here", certificate),
        ("failedToValidateHostname", "its certificate is for another name", certificate),
        ("unableToValidateCertificate", "its certificate is not trusted here", certificate),
        (
            "eofDuringHandshake", "it closed the connection while TLS began",
            "Does this port speak TLS? Try http:// in place of https://, or another port."
        ),
        (
            "HTTPParserError", "what it answers is not HTTP",
            "Does this port speak TLS? Try https:// in place of http://, or another port."
        ),
    ]

    /// The code of the system's own error.
    private static func systemError(in text: String) -> CInt? {
        guard let mark = text.firstRange(of: "errno: ") else { return nil }
        return CInt(text[mark.upperBound...].prefix { $0.isNumber })
    }
}

internal import Primitives

/// The first line of a request.
///
/// RFC 9112 §3: method, target and version with one space between them.
struct RequestLine {
    let method: HTTPMethod
    /// The authority of an absolute target, which replaces the `Host` field (§3.2.2).
    let host: String?
    let path: String
    let query: String?
    /// Whether the version is HTTP/1.0.
    let isHTTP10: Bool
    /// The start of the next line.
    let end: Int

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard let feed = bytes.firstIndex(of: .lineFeed) else { throw Self.malformed("no line") }
        let line = bytes[..<(feed - 1)]
        let name = line.prefix { $0 != .space }
        guard !name.isEmpty, name.allSatisfy(\.isToken) else {
            throw Self.malformed("something else where the method should be")
        }
        let target = line[name.endIndex...].dropFirst().prefix { $0 != .space }
        guard name.endIndex < line.endIndex, !target.starts(with: Self.protocolName.utf8) else {
            throw Self.malformed("no request target")
        }
        guard target.allSatisfy(\.isVisible) else {
            throw .malformed("a request target of visible ASCII characters", "other characters in it")
        }
        // This would be HTTP/0.9, whose answers have no head.
        guard target.endIndex < line.endIndex else { throw .version("no version") }
        let version = line[(target.endIndex + 1)...]
        guard !version.contains(.space) else {
            throw Self.malformed("\(line.count { $0 == .space }) spaces in it")
        }
        isHTTP10 = try Self.isHTTP10(version)
        guard let parts = Self.split(target) else {
            throw Refusal(
                .badRequest, "The request target must be a path that begins with '/'.",
                expected: "a path and perhaps a query, or a whole http URL, and no fragment",
                received: "another target")
        }
        guard let method = HTTPMethod.known.first(where: { name.span.isExactly($0.rawValue) }) else {
            throw .method
        }
        self.method = method
        (host, path, query) = parts
        end = feed + 1
    }

    private static let protocolName = "HTTP/"

    private static func isHTTP10(_ version: ArraySlice<UInt8>) throws(Refusal) -> Bool {
        if version.span.isExactly("HTTP/1.1") { return false }
        guard version.starts(with: protocolName.utf8), version.allSatisfy(\.isVisible) else {
            throw malformed("something else where the version should be")
        }
        guard version.span.isExactly("HTTP/1.0") else {
            throw .version(String(decoding: version.prefix(20), as: UTF8.self))
        }
        return true
    }

    private static func malformed(_ received: String) -> Refusal {
        .malformed("a line of method, target and version, with one space between them", received)
    }

    /// Splits `/path?query` or `http://host/path?query`.
    private static func split(_ target: ArraySlice<UInt8>) -> (host: String?, path: String, query: String?)? {
        guard !target.contains(UInt8(ascii: "#")) else { return nil }
        var rest = target
        var host: String?
        if rest.first != UInt8(ascii: "/") {
            guard rest.lazy.map(\.lowercased).starts(with: scheme.utf8) else { return nil }
            rest = rest.dropFirst(scheme.utf8.count)
            let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            guard !authority.isEmpty else { return nil }
            host = text(authority)
            rest = rest[authority.endIndex...]
        }
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        let query = path.endIndex < rest.endIndex ? text(rest[(path.endIndex + 1)...]) : nil
        return (host, path.isEmpty ? "/" : text(path), query)
    }

    private static let scheme = "http://"

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

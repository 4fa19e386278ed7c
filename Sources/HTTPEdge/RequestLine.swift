/// The first line of a request.
///
/// RFC 9112 §3: method, target and version with one space between them.
struct RequestLine {
    let method: HTTPMethod
    /// The authority of a target that is a whole URL; it counts instead of the `Host` field (§3.2.2).
    let host: String?
    let path: String
    let query: String?
    /// Whether the version is HTTP/1.0.
    let isOld: Bool
    /// Where the next line begins.
    let end: Int

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard let feed = bytes.firstIndex(of: .lineFeed) else { throw Self.malformed("no line") }
        let parts = bytes[..<(feed - 1)].split(separator: .space, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, name.allSatisfy(\.isToken) else {
            throw Self.malformed("something else where the method should be")
        }
        guard parts.count > 1, !parts[1].starts(with: Self.protocolName.utf8) else {
            throw Self.malformed("no request target")
        }
        guard parts[1].allSatisfy(\.isVisible) else {
            throw .malformed("a request target of visible ASCII characters", "other characters in it")
        }
        // HTTP/0.9 ended here, and the answer to it had no head.
        guard parts.count > 2 else { throw .version("no version") }
        guard parts.count == 3 else { throw Self.malformed("\(parts.count - 1) spaces in it") }
        isOld = try Self.isOld(parts[2])
        guard let target = Self.split(String(decoding: parts[1], as: UTF8.self)) else {
            throw Refusal(
                .badRequest, "The request target must be a path that begins with '/'.",
                expected: "a path and perhaps a query, or a whole http URL, and no fragment",
                received: "another target")
        }
        method = HTTPMethod(rawValue: String(decoding: name, as: UTF8.self))
        guard HTTPMethod.known.contains(method) else { throw .method }
        (host, path, query) = target
        end = feed + 1
    }

    private static let protocolName = "HTTP/"

    private static func isOld(_ version: ArraySlice<UInt8>) throws(Refusal) -> Bool {
        guard version.starts(with: protocolName.utf8), version.allSatisfy(\.isVisible) else {
            throw malformed("something else where the version should be")
        }
        if version.elementsEqual("HTTP/1.1".utf8) { return false }
        guard version.elementsEqual("HTTP/1.0".utf8) else {
            throw .version(String(decoding: version.prefix(20), as: UTF8.self))
        }
        return true
    }

    private static func malformed(_ received: String) -> Refusal {
        .malformed("a line of method, target and version, with one space between them", received)
    }

    /// Splits `/path?query` or `http://host/path?query`.
    private static func split(_ target: String) -> (host: String?, path: String, query: String?)? {
        guard !target.utf8.contains(UInt8(ascii: "#")) else { return nil }
        var rest = target[...]
        var host: String?
        if !rest.hasPrefix("/") {
            guard rest.lowercased().hasPrefix("http://") else { return nil }
            rest = rest.dropFirst("http://".count)
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            guard end != rest.startIndex else { return nil }
            host = String(rest[..<end])
            rest = rest[end...]
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (host, rest.isEmpty ? "/" : String(rest), nil)
        }
        let path = rest[..<mark]
        return (host, path.isEmpty ? "/" : String(path), String(rest[rest.utf8.index(after: mark)...]))
    }
}

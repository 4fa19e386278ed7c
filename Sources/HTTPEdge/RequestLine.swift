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
        guard let feed = bytes.firstIndex(of: .lineFeed) else { throw .malformed }
        let parts = bytes[..<(feed - 1)].split(separator: .space, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty, name.allSatisfy(\.isToken) else { throw .malformed }
        guard parts.count > 1, parts[1].allSatisfy(\.isVisible), !parts[1].starts(with: Self.protocolName.utf8) else {
            throw .malformed
        }
        // HTTP/0.9 ended here, and the answer to it had no head.
        guard parts.count > 2 else { throw .version }
        guard parts.count == 3 else { throw .malformed }
        isOld = try Self.isOld(parts[2])
        guard let target = Self.split(String(decoding: parts[1], as: UTF8.self)) else {
            throw Refusal(status: .badRequest, reason: "The request target must be a path that begins with '/'.")
        }
        method = HTTPMethod(rawValue: String(decoding: name, as: UTF8.self))
        guard HTTPMethod.known.contains(method) else { throw .method }
        (host, path, query) = target
        end = feed + 1
    }

    private static let protocolName = "HTTP/"

    private static func isOld(_ version: ArraySlice<UInt8>) throws(Refusal) -> Bool {
        guard version.starts(with: protocolName.utf8), version.allSatisfy(\.isVisible) else { throw .malformed }
        if version.elementsEqual("HTTP/1.1".utf8) { return false }
        guard version.elementsEqual("HTTP/1.0".utf8) else { throw .version }
        return true
    }

    /// Splits `/path?query` or `http://host/path?query`.
    private static func split(_ target: String) -> (host: String?, path: String, query: String?)? {
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
        guard !rest.utf8.contains(UInt8(ascii: "#")) else { return nil }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (host, rest.isEmpty ? "/" : String(rest), nil)
        }
        let path = rest[..<mark]
        return (host, path.isEmpty ? "/" : String(path), String(rest[rest.utf8.index(after: mark)...]))
    }
}

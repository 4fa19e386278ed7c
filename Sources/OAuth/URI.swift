/// An absolute URI, split into its parts.
///
/// RFC 3986 §3, stricter: what browsers, URL libraries and this code could read differently is not a URI here. That is
/// a backslash, a space, a control character or any other byte outside the RFC's alphabet, a broken percent-encoding,
/// an authority without a host, and a port that is empty or above 65535.
public struct URI: Sendable, Equatable {
    /// What stands before the first colon, as written.
    public let scheme: String
    /// What stands before the `@` of the authority.
    public let userinfo: String?
    /// The host as written, an IPv6 address with its brackets, or nil for a URI without authority.
    public let host: String?
    /// The port, when one is written.
    public let port: UInt16?
    /// The path, which may be empty.
    public let path: String
    /// What stands between `?` and `#`.
    public let query: String?
    /// What stands behind `#`.
    public let fragment: String?

    /// Splits a text, or returns nil when it is not an absolute URI.
    public init?(_ text: String) {
        guard Self.isWellFormed(text.utf8), let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon]
        guard let first = scheme.utf8.first, first.isLetter, scheme.utf8.allSatisfy(Self.isSchemeCharacter) else {
            return nil
        }
        self.scheme = String(scheme)

        var rest = text[text.index(after: colon)...]
        (rest, fragment) = Self.cut(rest, at: "#")
        (rest, query) = Self.cut(rest, at: "?")
        guard rest.hasPrefix("//") else {
            (userinfo, host, port, path) = (nil, nil, nil, String(rest))
            return
        }
        rest = rest.dropFirst(2)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = String(rest[slash...])

        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            userinfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            userinfo = nil
        }
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        (self.host, self.port) = (host, port)
    }

    /// Whether the host names the machine itself: `localhost`, `127.0.0.1` or `[::1]`, and nothing else.
    public var isLoopback: Bool {
        guard let host else { return false }
        return ["localhost", "127.0.0.1", "[::1]"].contains(host.lowercased())
    }

    private static func cut(_ text: Substring, at separator: Character) -> (Substring, String?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], String(text[text.index(after: index)...]))
    }

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: UInt16?)? {
        let end: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            end = authority.index(after: bracket)
            let address = authority[..<bracket].dropFirst().utf8
            guard !address.isEmpty, address.allSatisfy({ $0.hexValue != nil || ":.".utf8.contains($0) }) else {
                return nil
            }
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
            guard end != authority.startIndex, !authority[..<end].contains(where: "[]@".contains) else { return nil }
        }
        let host = String(authority[..<end])
        guard end != authority.endIndex else { return (host, nil) }
        let digits = authority[end...].dropFirst()
        guard authority[end] == ":", digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits) else { return nil }
        return (host, port)
    }

    private static func isWellFormed(_ bytes: String.UTF8View) -> Bool {
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard rest.next()?.hexValue != nil, rest.next()?.hexValue != nil else { return false }
            } else {
                guard byte.isUnreserved || ":/?#[]@!$&'()*+,;=".utf8.contains(byte) else { return false }
            }
        }
        return true
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "+-.".utf8.contains(byte)
    }
}

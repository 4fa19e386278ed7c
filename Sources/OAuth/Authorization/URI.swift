internal import Primitives

/// An absolute URI, split into its parts.
///
/// RFC 3986 §3, but stricter: it refuses what browsers, URL libraries and this code could parse differently. That is a
/// backslash, a space, a control character or any other byte outside the RFC's alphabet, a broken percent-encoding, an
/// authority without a host, and a port that is empty or above 65535.
public struct URI: Sendable, Equatable {
    /// The part before the first colon, as written.
    public let scheme: String
    /// The part before the `@` of the authority.
    public let userinfo: String?
    /// The host as written, an IPv6 address with its brackets, or nil for a URI without authority.
    public let host: String?
    /// The port, when one is written.
    public let port: UInt16?
    /// The path, which may be empty.
    public let path: String
    /// The part between `?` and `#`.
    public let query: String?
    /// The part after `#`.
    public let fragment: String?

    /// Splits a text, or returns nil when it is not an absolute URI.
    public init?(_ text: String) {
        // A well-formed URI is ASCII, so bytes are characters.
        guard Self.isWellFormed(text.utf8), let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon]
        guard let first = scheme.utf8.first, first.isLetter, scheme.utf8.allSatisfy(Self.isSchemeCharacter) else {
            return nil
        }
        self.scheme = String(scheme)

        var rest = text[text.utf8.index(after: colon)...]
        (rest, fragment) = Self.cut(rest, at: UInt8(ascii: "#"))
        (rest, query) = Self.cut(rest, at: UInt8(ascii: "?"))
        guard rest.hasPrefix("//") else {
            (userinfo, host, port, path) = (nil, nil, nil, String(rest))
            return
        }
        rest = Substring(rest.utf8.dropFirst(2))
        let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        path = String(rest[slash...])

        var authority = rest[..<slash]
        if let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) {
            userinfo = String(authority[..<at])
            authority = authority[authority.utf8.index(after: at)...]
        } else {
            userinfo = nil
        }
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        (self.host, self.port) = (host, port)
    }

    /// Whether the host is this machine: `127.0.0.1`, `[::1]`, or a name in the domain `localhost`, and nothing else.
    public var isLoopback: Bool {
        guard let host else { return false }
        return ["127.0.0.1", "[::1]"].contains(host) || Self.isLocalhost(host)
    }

    /// Whether a host is `localhost` or a name under it, which is this machine as well (RFC 6761 §6.3).
    ///
    /// Not with a dot at its end: few clients and servers agree on what that is.
    public static func isLocalhost(_ host: String) -> Bool {
        let labels = host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        return labels.last == "localhost"
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_".utf8.contains($0) }
            }
    }

    private static func cut(_ text: Substring, at separator: UInt8) -> (Substring, String?) {
        guard let index = text.utf8.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], String(text[text.utf8.index(after: index)...]))
    }

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: UInt16?)? {
        let end: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            end = authority.utf8.index(after: bracket)
            let address = authority[..<bracket].utf8.dropFirst()
            guard !address.isEmpty, address.allSatisfy({ $0.hexValue != nil || ":.".utf8.contains($0) }) else {
                return nil
            }
        } else {
            end = authority.utf8.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
            guard end != authority.startIndex, !authority[..<end].utf8.contains(where: "[]@".utf8.contains) else {
                return nil
            }
        }
        let host = String(authority[..<end])
        guard end != authority.endIndex else { return (host, nil) }
        let digits = Substring(authority[end...].utf8.dropFirst())
        guard authority.utf8[end] == UInt8(ascii: ":"), digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits)
        else { return nil }
        return (host, port)
    }

    private static func isWellFormed(_ bytes: String.UTF8View) -> Bool {
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard rest.next()?.hexValue != nil, rest.next()?.hexValue != nil else { return false }
            } else {
                guard byte.isUnreserved || isReserved(byte) else { return false }
            }
        }
        return true
    }

    /// RFC 3986 §2.2.
    private static func isReserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "+-.".utf8.contains(byte)
    }
}

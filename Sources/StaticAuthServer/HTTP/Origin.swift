internal import OAuth

/// Scheme, host and port of a URL, in the form of browsers and clients.
///
/// RFC 6454. The text has the host in lower case and omits the scheme's default port.
package struct Origin: Hashable, Sendable {
    package let scheme: String
    package let host: String
    package let port: Int?
    /// The origin as text, without a trailing slash.
    package let text: String

    /// Reads an origin, with or without one trailing slash; nil for anything with a path, query, fragment or user.
    package init?(_ text: String) {
        guard let uri = URI(text), ["http", "https"].contains(uri.scheme.lowercased()), let host = uri.host,
            uri.userinfo == nil, ["", "/"].contains(uri.path), uri.query == nil, uri.fragment == nil
        else { return nil }
        self.init(scheme: uri.scheme.lowercased(), host: host, port: uri.port.map(Int.init))
    }

    package init(scheme: String, host: String, port: Int?) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
        text = "\(scheme)://\(self.host)" + (self.port.map { ":\($0)" } ?? "")
    }

    /// Whether the host is this machine, by a name that cannot be another one.
    package var isLoopback: Bool {
        Self.isLoopback(host: host)
    }

    /// Whether a host, with or without brackets, is a name in the domain `localhost` or a loopback address.
    package static func isLoopback(host: String) -> Bool {
        ["127.0.0.1", "::1", "[::1]"].contains(host) || (host.hasPrefix("127.") && isAddress(host))
            || URI.isLocalhost(host)
    }

    /// Whether a text is an IP address, without brackets.
    static func isAddress(_ text: String) -> Bool {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4 {
            return octets.allSatisfy {
                $0.count <= 3 && !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) && UInt8($0) != nil
            }
        }
        return text.contains(":")
            && text.unicodeScalars.allSatisfy { $0 == ":" || $0 == "." || $0.properties.isASCIIHexDigit }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

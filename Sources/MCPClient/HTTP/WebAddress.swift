internal import OAuth

/// A URL of a server: scheme, host and port in their one spelling, and what follows as it was written.
///
/// RFC 3986 §6.2.2: scheme and host without upper case, no port that the scheme implies. Path and query stay untouched,
/// since servers compare them byte for byte.
struct WebAddress: Sendable, Equatable {
    /// `scheme://host[:port]`.
    let origin: String
    /// The host in lower case, an IPv6 address with its brackets.
    let host: String
    let scheme: String
    /// The path as written; empty or beginning with a slash.
    let path: String
    let query: String?

    /// Reads an absolute URL of HTTP without user and fragment; nil for anything else.
    init?(_ text: String) {
        guard let uri = URI(text), let host = uri.host, uri.userinfo == nil, uri.fragment == nil else { return nil }
        let scheme = uri.scheme.lowercased()
        guard ["http", "https"].contains(scheme) else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        let port = uri.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" }
        origin = "\(scheme)://\(self.host)\(port ?? "")"
        path = uri.path
        query = uri.query
    }

    /// The URL in full.
    var text: String { origin + path + (query.map { "?\($0)" } ?? "") }

    /// Whether the host is this machine.
    var isLoopback: Bool { ["localhost", "[::1]"].contains(host) || host.hasPrefix("127.") && isAddress }

    /// Whether the host is an IPv4 address.
    private var isAddress: Bool { octets != nil }

    private var octets: [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && !parts.contains(nil) ? parts.compactMap { $0 } : nil
    }

    /// Whether the host is an address that only a private network or a cloud machine's own services answer.
    ///
    /// RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6. Names are not looked up: what a name resolves to can change between
    /// a check and its use.
    var isPrivate: Bool {
        if let octets {
            switch (octets[0], octets[1]) {
            case (0, _), (10, _), (127, _), (169, 254), (192, 168): return true
            case (172, let second): return (16...31).contains(second)
            case (100, let second): return (64...127).contains(second)
            default: return false
            }
        }
        guard host.hasPrefix("[") else { return host == "localhost" }
        return ["[fc", "[fd", "[fe8", "[fe9", "[fea", "[feb", "[::"].contains { host.hasPrefix($0) }
    }

    /// The address that a relative or absolute reference stands for here.
    func resolving(_ reference: String) -> WebAddress? {
        if reference.hasPrefix("//") { return WebAddress("\(scheme):\(reference)") }
        if reference.hasPrefix("/") { return WebAddress(origin + reference) }
        if reference.hasPrefix("?") { return WebAddress(origin + path + reference) }
        return WebAddress(reference)
    }

    /// The URL of a well-known document, inserted between host and path, as RFC 8414 §3.1 and RFC 9728 §3.1 do it.
    func wellKnown(_ name: String, path: String? = nil) -> String {
        let suffix = path ?? self.path
        return "\(origin)/.well-known/\(name)" + (suffix == "/" ? "" : suffix)
    }
}

extension String {
    /// A URL without query and fragment, where secrets may stand.
    var withoutQuery: String { String(prefix { $0 != "?" && $0 != "#" }) }
}

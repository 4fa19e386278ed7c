internal import OAuth

/// A URL of a server: scheme, host and port in canonical form, the rest as written.
///
/// RFC 3986 §6.2.2: scheme and host in lower case, no default port. Path and query are not changed, because servers
/// compare them byte for byte.
struct WebAddress: Sendable, Equatable {
    /// `scheme://host[:port]`.
    let origin: String
    /// The host in lower case, an IPv6 address in brackets.
    let host: String
    let scheme: String
    /// The path as written; empty or beginning with a slash.
    let path: String
    let query: String?

    /// Reads an absolute HTTP URL without user and fragment; nil for other text.
    init?(_ text: String) {
        guard let uri = URI(text), let host = uri.host, uri.userinfo == nil, uri.fragment == nil else { return nil }
        let scheme = uri.scheme.lowercased()
        guard ["http", "https"].contains(scheme) else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        guard Self.isPlain(self.host) else { return nil }
        let port = uri.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" }
        origin = "\(scheme)://\(self.host)\(port ?? "")"
        path = uri.path
        query = uri.query
    }

    /// The value of `Host`.
    var authority: String { String(origin.dropFirst(scheme.count + 3)) }

    /// The whole URL.
    var text: String { origin + path + (query.map { "?\($0)" } ?? "") }

    /// Whether the host is this machine.
    var isLoopback: Bool { URI.isLocalhost(host) || NetworkAddress(host)?.isLoopback == true }

    /// Whether the host is an address of a private network or of a cloud machine's own services.
    ///
    /// Names are not resolved: the result can change between the check and its use.
    var isPrivate: Bool {
        if let address = NetworkAddress(host) { return address.isPrivate }
        return URI.isLocalhost(host.hasSuffix(".") ? String(host.dropLast()) : host)
    }

    /// Whether a host is a name, or an address that every resolver reads alike.
    ///
    /// WHATWG URL, "ends in a number": resolvers accept `127.1`, `0177.0.0.1` and `2130706433` as addresses, too.
    private static func isPlain(_ host: String) -> Bool {
        if NetworkAddress(host) != nil { return true }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let last = labels.last?.isEmpty == true ? labels.dropLast().last : labels.last
        guard let last, !last.hasPrefix("0x"), !last.allSatisfy(\.isNumber) else { return false }
        return host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
    }

    /// Resolves a relative or absolute reference, without its fragment (RFC 3986 §5.2).
    func resolving(_ reference: String) -> WebAddress? {
        let reference = String(reference.prefix { $0 != "#" })
        if reference.hasPrefix("//") { return WebAddress("\(scheme):\(reference)") }
        if reference.hasPrefix("/") { return WebAddress(origin + reference) }
        if reference.hasPrefix("?") { return WebAddress(origin + path + reference) }
        if reference.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") { return WebAddress(reference) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return WebAddress(origin + folder + reference)
    }

    /// The URL to connect to: of a name under `localhost` that name itself, because not every resolver knows them
    /// (RFC 6761 §6.3); nil for other hosts and for `https`, whose certificate has the name.
    var atLocalhost: String? {
        guard scheme == "http", host != "localhost", URI.isLocalhost(host) else { return nil }
        return scheme + "://localhost" + origin.dropFirst(scheme.count + 3 + host.count) + text.dropFirst(origin.count)
    }

    /// The URL of a well-known document, inserted between host and path, as in RFC 8414 §3.1 and RFC 9728 §3.1.
    func wellKnown(_ name: String, path: String? = nil) -> String {
        let suffix = path ?? self.path
        return "\(origin)/.well-known/\(name)" + (suffix == "/" ? "" : suffix)
    }
}

extension String {
    /// A URL without query and fragment, which may contain secrets.
    ///
    /// By scalars, because with a combining mark a `?` is another `Character`.
    var withoutQuery: String { String(unicodeScalars.prefix { $0 != "?" && $0 != "#" }) }
}

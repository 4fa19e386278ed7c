import OAuth

/// Decides whether a redirect URI may receive the answer of an authorization request.
///
/// OAuth 2.1 §2.3.1 and §8.4.2, RFC 8252 §7.3. In no mode is there a match by prefix or wildcard, nor with a fragment
/// or user information, and `localhost` is never `127.0.0.1` where a registered URI is compared.
struct RedirectURIMatch {
    let client: RegisteredClient

    /// Returns the URI that the answer goes to, or nil when the request's is not acceptable.
    ///
    /// An absent URI is acceptable only when one alone can be meant (OAuth 2.1 §2.3.2).
    func resolve(_ requested: String?) -> String? {
        guard let requested else { return onlyOne }
        return accepts(requested) ? requested : nil
    }

    private func accepts(_ text: String) -> Bool {
        guard text.utf8.count <= Self.maximumLength, let uri = URI(text), uri.fragment == nil, uri.userinfo == nil
        else { return false }
        if client.redirectURIs.contains(text) { return true }
        switch client.redirectMatch {
        case .loopback: return uri.scheme == "http" && uri.isLoopback
        case .port: return uri.isLoopback && client.redirectURIs.contains { Self.equalButForPort(uri, $0) }
        case .exact: return false
        }
    }

    private static func equalButForPort(_ uri: URI, _ registered: String) -> Bool {
        guard let registered = URI(registered), registered.userinfo == nil, registered.fragment == nil else {
            return false
        }
        return uri.scheme == registered.scheme && uri.host == registered.host && uri.query == registered.query
            && (uri.path.isEmpty ? "/" : uri.path) == (registered.path.isEmpty ? "/" : registered.path)
    }

    private var onlyOne: String? {
        guard client.redirectURIs.count == 1, let only = client.redirectURIs.first else { return nil }
        switch client.redirectMatch {
        case .loopback: return nil
        case .port: return URI(only)?.isLoopback == false ? only : nil
        case .exact: return only
        }
    }

    /// Codes remember their redirect URI; this bounds what they hold.
    private static let maximumLength = 2048
}

import OAuth
internal import Primitives

/// Decides whether a redirect URI may receive the answer of an authorization request.
///
/// OAuth 2.1 §2.3.1 and §8.4.2, RFC 8252 §7.3. No mode matches a prefix, a wildcard, a fragment or user information,
/// and `localhost` never equals `127.0.0.1` in a comparison with a registered URI.
struct RedirectURIMatch {
    let client: RegisteredClient
    /// The names of the settings for hints.
    let names: SettingNames

    /// Returns the redirect URI of the answer, or nil when the request's is not acceptable.
    ///
    /// The request may omit it only when one URI is registered (OAuth 2.1 §2.3.2).
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

    /// Explains why a request's URI is not acceptable.
    func explanation(of requested: String?) -> Explanation {
        let registered = SafeText(list: client.redirectURIs)
        let expected: SafeText =
            switch client.redirectMatch {
            case .loopback:
                "an http URI of localhost, a name under .localhost, 127.0.0.1 or [::1], or one of \(registered)"
            case .port: "one of \(registered), on any port where the host is this machine"
            case .exact: "exactly one of \(registered)"
            }
        guard let requested else { return Explanation(expected: expected, received: "no redirect_uri") }
        return Explanation(
            expected: expected, received: "redirect_uri '\(url: requested)'", hint: hint(of: requested),
            rule: isRefusedAsInexact(requested) ? .redirectURI : nil)
    }

    /// Whether only the exact comparison refuses a URI, which the others allow on this machine.
    private func isRefusedAsInexact(_ requested: String) -> Bool {
        guard client.redirectMatch == .exact, requested.utf8.count <= Self.maximumLength, let uri = URI(requested)
        else { return false }
        return uri.scheme == "http" && uri.isLoopback && uri.fragment == nil && uri.userinfo == nil
    }

    private func hint(of requested: String) -> SafeText? {
        guard requested.utf8.count <= Self.maximumLength else {
            return "It is longer than \(Self.maximumLength) bytes."
        }
        if let advice = names.adviceOnKnownURI(requested) { return advice }
        let hint = URIDifference.hint(requested, insteadOf: client.redirectURIs)
        guard let uri = URI(requested) else { return hint }
        if uri.fragment != nil { return "It has a fragment, which a redirect URI may not have." }
        if uri.userinfo != nil { return "It has user information before an @, which is refused here." }
        if client.redirectMatch == .loopback, uri.isLoopback, uri.scheme == "https" {
            return "On this machine redirect URIs are plain http (RFC 8252): take http in place of https."
        }
        if let host = uri.host, host.hasSuffix("."), URI.isLocalhost(String(host.dropLast())) {
            return "Leave out the dot at the end of the host."
        }
        if let hint { return hint }
        let isOfWeb = uri.isLoopback || uri.scheme == "http" || uri.scheme == "https"
        return "Register it with \(public: isOfWeb ? names.redirectURIs : names.customSchemeRedirectURIs)."
    }

    /// The maximum length, because codes store their redirect URI.
    private static let maximumLength = 2048
}

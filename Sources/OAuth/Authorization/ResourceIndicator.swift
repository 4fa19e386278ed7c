internal import Primitives

/// The URI of the protected resource that a client wants a token for.
///
/// RFC 8707 §2. Two indicators are equal when they differ only in the case of scheme and host or in one trailing slash
/// (MCP 2026-07-28, basic/authorization, "Canonical Server URI").
public struct ResourceIndicator: Sendable, Hashable {
    /// The URI as it was written.
    public let text: String

    private let canonical: String

    /// Reads a value of `resource`.
    ///
    /// - Throws: `invalid_target` when it is not an absolute URI or has a fragment.
    public init(_ text: String) throws(OAuthError) {
        guard let uri = URI(text), uri.fragment == nil, uri.host != nil || !uri.path.isEmpty else {
            throw OAuthError(
                .invalidTarget, "The resource must be an absolute URI without a fragment (RFC 8707).",
                Explanation(
                    expected: "an absolute URI without a fragment", received: "resource=\(url: text)",
                    hint: URI(text)?.fragment == nil
                        ? URIDifference.hint(text, insteadOf: []) : "Leave out the # and what follows it."))
        }
        self.text = text
        let path = uri.path.hasSuffix("/") ? uri.path.dropLast() : uri.path[...]
        let authority = uri.host.map { host in
            "//" + (uri.userinfo.map { $0 + "@" } ?? "") + host.lowercased() + (uri.port.map { ":\($0)" } ?? "")
        }
        canonical =
            uri.scheme.lowercased() + ":" + (authority ?? "") + path + (uri.query.map { "?" + $0 } ?? "")
    }

    /// Compares the canonical forms.
    public static func == (left: ResourceIndicator, right: ResourceIndicator) -> Bool {
        left.canonical == right.canonical
    }

    /// Hashes the canonical form.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }
}

extension FormParameters {
    /// The values of `resource`, which may be repeated.
    ///
    /// - Throws: `invalid_target` for one that is not an absolute URI without a fragment.
    func resources() throws(OAuthError) -> [ResourceIndicator] {
        var resources: [ResourceIndicator] = []
        for text in values(.resource) { resources.append(try ResourceIndicator(text)) }
        return resources
    }
}

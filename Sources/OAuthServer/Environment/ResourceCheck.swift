import OAuth
internal import Primitives

/// Determines the audience that a request's resource indicators denote.
///
/// RFC 8707 §2 and MCP 2026-07-28, basic/authorization, "Canonical Server URI". Our own protected resource accepts
/// every spelling of our origin, with and without the resource's path.
struct ResourceCheck: Sendable {
    private let path: String
    private let audiences: Set<String>
    private let ours: Set<ResourceIndicator>
    private let others: [ResourceIndicator]
    private let rule: ResourceRule

    init(_ configuration: Configuration) {
        path = configuration.resourcePath
        audiences = Set(configuration.origins.map { $0 + configuration.resourcePath })
        ours = Set((configuration.origins + audiences).compactMap { try? ResourceIndicator($0) })
        others = configuration.otherResources
        rule = configuration.deviations.resourceRule
    }

    /// Returns the requested audience; without a resource, ours under the request's origin.
    ///
    /// - Throws: `invalid_target` for an unknown resource, or for more than one.
    func audience(of resources: [ResourceIndicator], origin: String) throws(OAuthError) -> String {
        try rule.check(resources, path: path)
        var audiences: Set<String> = []
        for resource in resources {
            if isOurs(resource) {
                audiences.insert(origin + path)
            } else if let other = others.first(where: { $0 == resource }) {
                audiences.insert(other.text)
            } else {
                throw OAuthError(
                    .invalidTarget, "The resource is not one that this server issues tokens for. Use \(origin + path).",
                    explanation(of: resource, expecting: [origin + path] + others.map(\.text)))
            }
        }
        guard audiences.count <= 1 else {
            throw OAuthError(
                .invalidTarget, "A token is issued for one resource; ask for one at a time.",
                Explanation(
                    expected: "one resource", received: "resource=\(SafeText(list: resources.map(\.text)))"))
        }
        return audiences.first ?? origin + path
    }

    /// Accepts resources only when they denote the granted audience.
    ///
    /// - Throws: `invalid_target` for any other.
    func require(_ resources: [ResourceIndicator], within granted: String) throws(OAuthError) {
        try rule.check(resources, path: path)
        for resource in resources {
            let isGranted = isOurs(resource) ? isOurs(granted) : resource == (try? ResourceIndicator(granted))
            guard isGranted else {
                throw OAuthError(
                    .invalidTarget,
                    "The resource is not the one of the authorization request. Send the same in both requests.",
                    explanation(of: resource, expecting: [granted]))
            }
        }
    }

    private func explanation(of resource: ResourceIndicator, expecting expected: [String]) -> Explanation {
        Explanation(
            expected: "resource=\(SafeText(list: expected))", received: "resource='\(url: resource.text)'",
            hint: URIDifference.hint(resource.text, insteadOf: expected))
    }

    /// Whether an audience is our own protected resource, under any spelling of our origin.
    func isOurs(_ audience: String) -> Bool {
        audiences.contains(audience) || Self.atLocalhost(audience).map(audiences.contains) ?? false
    }

    private func isOurs(_ resource: ResourceIndicator) -> Bool {
        if ours.contains(resource) { return true }
        return Self.atLocalhost(resource.text).flatMap { try? ResourceIndicator($0) }.map(ours.contains) ?? false
    }

    /// A URI with `localhost` in place of a name under it, which is this machine as well; nil for other hosts.
    private static func atLocalhost(_ text: String) -> String? {
        guard let uri = URI(text), let host = uri.host, URI.isLocalhost(host), uri.userinfo == nil, uri.fragment == nil
        else { return nil }
        return "\(uri.scheme)://localhost" + (uri.port.map { ":\($0)" } ?? "") + uri.path
            + (uri.query.map { "?\($0)" } ?? "")
    }
}

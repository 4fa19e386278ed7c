internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// Explains unknown paths and methods that are not allowed.
enum PathDiagnosis {
    /// Explains an unknown path.
    ///
    /// Clients try several well-known paths and go on when one is missing; that is no mistake.
    static func explanation(ofUnknown path: String) -> Explanation? {
        guard !path.contains("/.well-known/") else { return explanation(ofWellKnown: path) }
        return Explanation(expected: "a path that GET / lists", hint: hint(ofUnknown: path))
    }

    private static func hint(ofUnknown path: String) -> SafeText? {
        let known = [Path.mcp, Path.login, Path.callback, Path.health] + EndpointPath.allCases.map(\.rawValue)
        if path.hasPrefix(Path.debug) { return "Nothing of the debug features is there, or they are switched off." }
        if known.contains(where: { $0 + "/" == path }) { return "Take the slash off its end." }
        if known.contains(where: { path.hasPrefix($0 + "&") }) {
            return "The parameters follow the path with an &. The first one follows with a ?."
        }
        if known.contains(where: { path.lowercased().hasPrefix($0 + "%3f") || path.hasPrefix($0 + "?") }) {
            return "The ? after the path is percent-encoded, which makes the parameters part of the path."
        }
        if path != path.lowercased(), known.contains(path.lowercased()) { return "Paths are in lower case." }
        if healthPaths.contains(path.lowercased()) {
            return "Whether the server is well is told at \(public: Path.health)."
        }
        if path.hasPrefix(Path.mcp + "/") || ["/sse", "/messages", "/message"].contains(path) {
            return "The MCP endpoint is \(public: Path.mcp) alone, with Streamable HTTP; the older transport with two "
                + "endpoints is not served."
        }
        if let name = path.split(separator: "/").last,
            let nearest = SpellingSuggestion.name(to: String(name), among: known.filter { $0 != path })
        {
            return EndpointPath(rawValue: nearest) == nil
                ? "Did you mean \(public: nearest)?"
                : "Did you mean \(public: nearest)? The metadata name every endpoint."
        }
        return known.first { path != $0 && path.hasSuffix($0) }.map {
            EndpointPath(rawValue: $0) == nil
                ? "It is \(public: $0) here."
                : "It is \(public: $0) here. The metadata name every endpoint."
        }
    }

    /// The usual paths of other servers for their health.
    private static let healthPaths: Set = [
        "/health", "/livez", "/readyz", "/live", "/ready", "/liveness", "/readiness", "/status", "/ping",
        "/healthcheck",
        "/health-check", "/health/live", "/health/ready", "/_health", "/up",
    ]

    /// Explains a misspelt well-known path; nil for those that clients try in turn.
    private static func explanation(ofWellKnown path: String) -> Explanation? {
        let known = [Path.authorizationServerMetadata, Path.originMetadata, Path.protectedResourceMetadata]
        let tried = ["/openid-configuration", "/oauth-authorization-server", "/oauth-protected-resource"]
        guard path.utf8.count <= 80, !tried.contains(where: path.contains),
            let nearest = SpellingSuggestion.name(to: path, among: known)
        else { return nil }
        return Explanation(
            expected: "one of \(SafeText(list: known))", received: "'\(public: path)'",
            hint: "Did you mean \(public: nearest)?")
    }

    /// Explains the probable intention of a method that a path does not support.
    static func hint(ofMethod method: HTTPMethod, at path: String) -> SafeText? {
        switch (path, method) {
        case (Path.mcp, .get):
            "Revision 2026-07-28 has no GET: events come as the answer to subscriptions/listen."
        case (Path.mcp, .head):
            "HEAD gets no challenge here. Send GET or POST without a token for that; messages are sent with POST."
        case (Path.mcp, .delete): "Revision 2026-07-28 has no sessions, so there is nothing to end."
        case (Path.mcp, _): "Messages are sent with POST."
        case (EndpointPath.token.rawValue, _), (EndpointPath.introspect.rawValue, _), (EndpointPath.revoke.rawValue, _):
            "Send the parameters as a form, with POST."
        case (_, .post): "This is a document: read it with GET."
        default: nil
        }
    }
}

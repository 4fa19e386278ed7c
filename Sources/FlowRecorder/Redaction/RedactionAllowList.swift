internal import MCPCore
internal import OAuth

/// The names of values that the journal may show.
///
/// All others are redacted: a new parameter or header field counts as secret until it is listed here. So does
/// `code_challenge`, because clients have sent the verifier in its place.
enum RedactionAllowList {
    /// The form of a public value.
    enum Kind: Sendable {
        case text
        /// A URL, whose query needs redaction.
        case url
        /// Trace context (W3C), whose ids have the form of a secret.
        case trace
    }

    /// The kind of a parameter of queries and forms.
    static func parameter(_ name: String) -> Kind? { parameters[name] }

    /// The kind of a header field, by its name in lower case.
    static func field(_ name: String) -> Kind? {
        name == TraceName.parent ? .trace : fields[name] ?? (openPrefixes.contains(where: name.hasPrefix) ? .text : nil)
    }

    /// The kind of a member of OAuth's JSON documents.
    static func member(_ name: String) -> Kind? {
        if name.hasSuffix("_endpoint") || name.hasSuffix("_uri") || name.hasSuffix("_uris") { return .url }
        return members[name] ?? (name.hasSuffix("_supported") ? .text : parameters[name])
    }

    private static let parameters = kinds(
        text: [
            ParameterName.responseType, .responseMode, .clientID, .codeChallengeMethod, .scope, .issuer, .error,
            .errorDescription, .grantType, .tokenType, .expiresIn, .tokenTypeHint, .username, .action,
        ].map(\.rawValue) + ["prompt", "access_type"],
        urls: [ParameterName.redirectURI.rawValue, ParameterName.resource.rawValue])

    private static let members = kinds(
        text: [
            "issuer", "authorization_servers", "resource_name", "active", "sub", "aud", "exp", "iat", "nbf", "jti",
            "expected", "received", "hint", "status", "client_name", "application_type", "grant_types",
            "response_types", "token_endpoint_auth_method", "authorization_response_iss_parameter_supported",
        ],
        urls: ["debug_url", "redirect_to"])

    private static let fields = kinds(
        text: [
            "accept", "accept-charset", "accept-encoding", "accept-language", "allow", "cache-control", "connection",
            "content-encoding", "content-language", "content-length", "content-security-policy", "content-type", "date",
            "expect", "forwarded", "host", "keep-alive", "origin", "pragma", "priority", "referrer-policy",
            "retry-after", "te", TraceName.state, TraceName.baggage, "transfer-encoding", "upgrade-insecure-requests",
            "user-agent", "vary", "via",
            "www-authenticate", "x-accel-buffering", "x-content-type-options", "x-frame-options", "x-real-ip",
        ]
            + [HeaderName.protocolVersion, HeaderName.method, HeaderName.name, HeaderName.lastEventID]
            .map { $0.lowercased() },
        urls: ["location", "referer"])

    /// Prefixes of header fields; those of MCP repeat arguments of a tool call, which the body shows as well.
    private static let openPrefixes = [
        "access-control-", HeaderName.parameterPrefix.lowercased(), "sec-ch-ua", "sec-fetch-", "x-forwarded-",
    ]

    private static func kinds(text: [String], urls: [String]) -> [String: Kind] {
        Dictionary(uniqueKeysWithValues: text.map { ($0, .text) } + urls.map { ($0, .url) })
    }
}

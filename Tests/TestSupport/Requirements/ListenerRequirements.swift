// MARK: The listener

/// HTTP, and the safety of the developer's machine.
extension Requirement {
    package static let onlyLoopbackIsBound = Self(
        "Only loopback is bound unless `--host` names another address; demo credentials then refuse the start.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Security & Endpoint\"")
    package static let foreignOriginIsForbidden = Self(
        "A foreign `Origin` gets 403 at the MCP endpoint in every revision; a request without `Origin` is served.",
        source: "MCP 2026-07-28, basic/transports/streamable-http, \"Security & Endpoint\"")
    package static let foreignHostIsForbidden = Self(
        "A foreign `Host` gets 403 on every path, before anything else is checked.",
        source: "MCP conformance suite, dns-rebinding")
    package static let wrongMethodNamesAllowedOnes = Self(
        "A wrong method is answered with 405 and `Allow`.", source: "RFC 9110 §15.5.6")
    package static let oversizedRequestIsRefused = Self(
        "A body that is too large is answered with 413, a header section that is too large with 431.",
        source: "RFC 9110 §15.5.14, RFC 6585 §5")
    package static let secretsAreNeverPrinted = Self(
        "No secret, code, verifier or token is printed, logged or repeated in an error.",
        source: "MCP 2026-07-28, basic/authorization/security-considerations, \"Token Theft\"")
    package static let authorizeHasNoCORS = Self(
        "CORS is never offered at `/authorize`.", source: "OAuth 2.1 §3.1")
}

/// A rule that a client must keep, as far as a server can see whether it does.
enum Rule: Int, CaseIterable, Sendable {
    case responseType, knownClient, registeredRedirect, pkceMethod, freshChallenge, stateSent, stateFresh
    case resourceInAuthorization, scopeFromChallenge, scopeAfterRefusal
    case resourceMetadataFirst, serverMetadataFirst, noRegistration
    case tokenForm, oneAuthentication, rightAuthentication, codeOnce, verifier, sameRedirect, resourceInToken,
        sameResource
    case refreshOnce, refreshNewest, noRefreshLoop
    case tokenInHeader, tokenAlways, noRetryStorm
    case accept, contentType, jsonRPC, modernHeaders
    case sessionSent, versionHeader, initialized, sessionAgain, sessionEnded

    /// What a reader of the report is told about a rule.
    struct Text: Sendable {
        /// The name for programs.
        let id: String
        /// What a client does that keeps the rule.
        let title: String
        let reference: String
        /// Whether the rule is a recommendation; nobody fails by it.
        var isAdvice = false
    }

    /// The words of the rule.
    var text: Text { Self.texts[rawValue] }

    /// The whole table, in the order of the cases.
    private static let texts: [Text] = [
        Text(id: "response-type", title: "asks for response_type=code", reference: "OAuth 2.1 §4.1.1"),
        Text(id: "known-client", title: "sends the registered client_id", reference: "RFC 6749 §4.1.1"),
        Text(id: "registered-redirect", title: "sends a registered redirect_uri", reference: "RFC 6749 §3.1.2"),
        Text(id: "pkce-s256", title: "sends a PKCE challenge by S256", reference: "RFC 7636 §4.3, OAuth 2.1 §4.1.1"),
        Text(id: "pkce-fresh", title: "makes a new verifier for each authorization", reference: "RFC 7636 §7.1"),
        Text(id: "state-sent", title: "sends a state", reference: "RFC 6749 §10.12, MCP Communication Security"),
        Text(id: "state-fresh", title: "makes a new state for each authorization", reference: "RFC 6749 §10.12"),
        Text(
            id: "resource-authorize", title: "names the resource when it asks for authorization",
            reference: "RFC 8707 §2.1, MCP Resource Parameter"),
        Text(
            id: "scope-challenge", title: "asks for the scopes that the challenge named",
            reference: "MCP Scope Selection"),
        Text(
            id: "scope-step-up", title: "asks for the scopes whose lack was refused", reference: "MCP Scope Challenge"),
        Text(
            id: "resource-metadata", title: "reads the resource's metadata before it asks for authorization",
            reference: "RFC 9728 §5, MCP Discovery"),
        Text(
            id: "server-metadata", title: "reads the authorization server's metadata before it asks for authorization",
            reference: "RFC 8414 §3, MCP Discovery"),
        Text(
            id: "no-registration", title: "uses the client it was given and registers none",
            reference: "MCP Client Registration"),
        Text(id: "token-form", title: "sends token requests as a form", reference: "RFC 6749 §3.2, Appendix B"),
        Text(id: "auth-one", title: "authenticates by one method at a time", reference: "RFC 6749 §2.3"),
        Text(id: "auth-right", title: "authenticates rightly", reference: "RFC 6749 §2.3.1, §3.2.1"),
        Text(id: "code-once", title: "redeems a code once", reference: "RFC 6749 §4.1.2, §10.5"),
        Text(id: "pkce-verifier", title: "sends the verifier of its challenge", reference: "RFC 7636 §4.5"),
        Text(
            id: "redirect-same", title: "repeats the redirect_uri it was authorized with", reference: "RFC 6749 §4.1.3"),
        Text(
            id: "resource-token", title: "names the resource when it redeems a code",
            reference: "RFC 8707 §2.2, MCP Resource Parameter"),
        Text(id: "resource-same", title: "names the same resource both times", reference: "RFC 8707 §2.2"),
        Text(id: "refresh-once", title: "refreshes once at a time", reference: "RFC 9700 §4.14.2"),
        Text(id: "refresh-newest", title: "uses the newest refresh token", reference: "RFC 6749 §6, OAuth 2.1 §4.3.1"),
        Text(
            id: "refresh-no-loop", title: "asks for authorization once a refresh token is refused",
            reference: "RFC 6749 §5.2, OAuth 2.1 §4.3"),
        Text(
            id: "token-header", title: "sends access tokens in the Authorization header and never in a URL",
            reference: "OAuth 2.1 §5.1, MCP Token Requirements"),
        Text(
            id: "token-always", title: "sends its token with every request of a session",
            reference: "MCP Token Requirements"),
        Text(
            id: "no-retry-storm", title: "does not repeat what 401 or 403 has refused",
            reference: "RFC 6750 §3.1, MCP Error Handling"),
        Text(id: "accept", title: "accepts JSON and event streams", reference: "MCP Streamable HTTP"),
        Text(id: "content-type", title: "sends messages as application/json", reference: "MCP Streamable HTTP"),
        Text(id: "json-rpc", title: "sends messages of JSON-RPC 2.0", reference: "JSON-RPC 2.0 §4, MCP Messages"),
        Text(
            id: "modern-headers", title: "repeats method, name and revision in the header as in the body",
            reference: "MCP 2026-07-28 Streamable HTTP"),
        Text(
            id: "session-sent", title: "sends the session's id after initialize",
            reference: "MCP 2025-11-25 Session Management"),
        Text(
            id: "version-header", title: "sends the agreed MCP-Protocol-Version after initialize",
            reference: "MCP 2025-06-18 Protocol Version Header"),
        Text(
            id: "initialized", title: "sends notifications/initialized before other requests",
            reference: "MCP 2025-11-25 Lifecycle"),
        Text(
            id: "session-again", title: "opens a new session when 404 says that its own is gone",
            reference: "MCP 2025-11-25 Session Management"),
        Text(
            id: "session-ended", title: "ends its session with DELETE", reference: "MCP 2025-11-25 Session Management",
            isAdvice: true),
    ]
}

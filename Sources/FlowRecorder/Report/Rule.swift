/// A rule for clients whose observance a server can see.
struct Rule: Sendable, Hashable, CaseIterable {
    /// The name for programs.
    let id: String
    /// The behaviour that keeps the rule.
    let title: String
    let reference: String
    /// Whether the rule is a recommendation; a client that ignores it does not fail.
    var isAdvice = false

    /// The rule as a sentence.
    var sentence: String { "The client \(title)." }

    static let responseType = Rule(
        id: "response-type", title: "asks for response_type=code", reference: "OAuth 2.1 §4.1.1")
    static let knownClient = Rule(
        id: "known-client", title: "sends the registered client_id", reference: "RFC 6749 §4.1.1")
    static let registeredRedirect = Rule(
        id: "registered-redirect", title: "sends a registered redirect_uri", reference: "RFC 6749 §3.1.2")
    static let pkceMethod = Rule(
        id: "pkce-s256", title: "sends a PKCE challenge by S256", reference: "RFC 7636 §4.3, OAuth 2.1 §4.1.1")
    static let freshChallenge = Rule(
        id: "pkce-fresh", title: "makes a new verifier for each authorization", reference: "RFC 7636 §7.1")
    static let stateSent = Rule(
        id: "state-sent", title: "sends a state", reference: "RFC 6749 §10.12, MCP Communication Security")
    static let stateFresh = Rule(
        id: "state-fresh", title: "makes a new state for each authorization", reference: "RFC 6749 §10.12")

    static let ownState = Rule(
        id: "state-checked", title: "sends no code that came without its state",
        reference: "RFC 6749 §10.12, MCP Communication Security")
    static let rightIssuer = Rule(
        id: "iss-checked", title: "sends no code that came with a wrong issuer", reference: "RFC 9207 §2.4")

    static let resourceInAuthorization = Rule(
        id: "resource-authorize", title: "names the resource when it asks for authorization",
        reference: "RFC 8707 §2.1, MCP Resource Parameter")
    static let scopeFromChallenge = Rule(
        id: "scope-challenge", title: "asks for the scopes that the challenge named", reference: "MCP Scope Selection")
    static let scopeAfterRefusal = Rule(
        id: "scope-step-up", title: "asks for the scopes whose lack was refused", reference: "MCP Scope Challenge")

    static let resourceMetadataFirst = Rule(
        id: "resource-metadata", title: "reads the resource's metadata before it asks for authorization",
        reference: "RFC 9728 §5, MCP Discovery")
    static let serverMetadataFirst = Rule(
        id: "server-metadata", title: "reads the authorization server's metadata before it asks for authorization",
        reference: "RFC 8414 §3, MCP Discovery")
    static let noRegistration = Rule(
        id: "no-registration", title: "uses the client it was given and registers none",
        reference: "MCP Client Registration")

    static let tokenForm = Rule(
        id: "token-form", title: "sends token requests as a form", reference: "RFC 6749 §3.2, Appendix B")
    static let oneAuthentication = Rule(
        id: "auth-one", title: "authenticates by one method at a time", reference: "RFC 6749 §2.3")
    static let rightAuthentication = Rule(
        id: "auth-right", title: "authenticates rightly", reference: "RFC 6749 §2.3.1, §3.2.1")
    static let codeOnce = Rule(id: "code-once", title: "redeems a code once", reference: "RFC 6749 §4.1.2, §10.5")
    static let verifier = Rule(
        id: "pkce-verifier", title: "sends the verifier of its challenge", reference: "RFC 7636 §4.5")
    static let sameRedirect = Rule(
        id: "redirect-same", title: "repeats the redirect_uri it was authorized with", reference: "RFC 6749 §4.1.3")
    static let resourceInToken = Rule(
        id: "resource-token", title: "names the resource when it redeems a code",
        reference: "RFC 8707 §2.2, MCP Resource Parameter")
    static let sameResource = Rule(
        id: "resource-same", title: "names the same resource both times", reference: "RFC 8707 §2.2")

    static let resourceInRefresh = Rule(
        id: "resource-refresh", title: "names the resource when it refreshes",
        reference: "RFC 8707 §2.2, MCP Resource Parameter")
    static let refreshOnce = Rule(id: "refresh-once", title: "refreshes once at a time", reference: "RFC 9700 §4.14.2")
    static let refreshNewest = Rule(
        id: "refresh-newest", title: "uses the newest refresh token", reference: "RFC 6749 §6, OAuth 2.1 §4.3.1")
    static let noRefreshLoop = Rule(
        id: "refresh-no-loop", title: "asks for authorization once a refresh token is refused",
        reference: "RFC 6749 §5.2, OAuth 2.1 §4.3")

    static let tokenInHeader = Rule(
        id: "token-header", title: "sends access tokens in the Authorization header and never in a URL",
        reference: "OAuth 2.1 §5.1, MCP Token Requirements")
    static let tokenAlways = Rule(
        id: "token-always", title: "sends its token with every request of a session",
        reference: "MCP Token Requirements")
    static let noRetryStorm = Rule(
        id: "no-retry-storm", title: "does not repeat what 401 or 403 has refused",
        reference: "RFC 6750 §3.1, MCP Error Handling")

    static let accept = Rule(id: "accept", title: "accepts JSON and event streams", reference: "MCP Streamable HTTP")
    static let contentType = Rule(
        id: "content-type", title: "sends messages as application/json", reference: "MCP Streamable HTTP")
    static let jsonRPC = Rule(
        id: "json-rpc", title: "sends messages of JSON-RPC 2.0", reference: "JSON-RPC 2.0 §4, MCP Messages")
    static let askedResponse = Rule(
        id: "asked-response", title: "answers nothing but the server's requests",
        reference: "JSON-RPC 2.0 §5, MCP Messages")
    static let modernHeaders = Rule(
        id: "modern-headers", title: "repeats method, name and revision in the header as in the body",
        reference: "MCP 2026-07-28 Streamable HTTP")

    static let sessionSent = Rule(
        id: "session-sent", title: "sends the session's id after initialize",
        reference: "MCP 2025-11-25 Session Management")
    static let versionHeader = Rule(
        id: "version-header", title: "sends the agreed MCP-Protocol-Version after initialize",
        reference: "MCP 2025-06-18 Protocol Version Header")
    static let initialized = Rule(
        id: "initialized", title: "sends notifications/initialized before other requests",
        reference: "MCP 2025-11-25 Lifecycle")
    static let sessionAgain = Rule(
        id: "session-again", title: "opens a new session when 404 says that its own is gone",
        reference: "MCP 2025-11-25 Session Management")
    static let sessionEnded = Rule(
        id: "session-ended", title: "ends its session with DELETE", reference: "MCP 2025-11-25 Session Management",
        isAdvice: true)

    /// All rules, in the order of the report.
    static let allCases: [Rule] = [
        .responseType, .knownClient, .registeredRedirect, .pkceMethod, .freshChallenge, .stateSent, .stateFresh,
        .ownState, .rightIssuer, .resourceInAuthorization, .scopeFromChallenge, .scopeAfterRefusal,
        .resourceMetadataFirst, .serverMetadataFirst, .noRegistration,
        .tokenForm, .oneAuthentication, .rightAuthentication, .codeOnce, .verifier, .sameRedirect, .resourceInToken,
        .sameResource,
        .resourceInRefresh, .refreshOnce, .refreshNewest, .noRefreshLoop,
        .tokenInHeader, .tokenAlways, .noRetryStorm,
        .accept, .contentType, .jsonRPC, .askedResponse, .modernHeaders,
        .sessionSent, .versionHeader, .initialized, .sessionAgain, .sessionEnded,
    ]

    static func == (one: Rule, other: Rule) -> Bool { one.id == other.id }

    func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

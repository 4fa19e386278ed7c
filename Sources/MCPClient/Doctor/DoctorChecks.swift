/// The checks, with the clients whose issue trackers reported breakage by August 2026.
extension DoctorCheck {
    // MARK: Without a client

    static let reachable = DoctorCheck(
        id: "reachable", question: "The server answers", reference: "RFC 9110 §3.4")
    static let challenge = DoctorCheck(
        id: "challenge", question: "A request without a token gets 401 with a Bearer challenge",
        reference: "RFC 6750 §3", needs: .reachable)
    static let wellKnownType = DoctorCheck(
        id: "well-known-type", question: "Well-known URLs answer with JSON or not at all", reference: "RFC 8414 §3.2",
        clients: "Outline, Claude Code", needs: .reachable)
    static let resourceMetadata = DoctorCheck(
        id: "resource-metadata", question: "The protected resource has metadata",
        reference: "MCP 2026-07-28, authorization; RFC 9728 §3", clients: "Claude Code", needs: .reachable)
    static let resourceMetadataURL = DoctorCheck(
        id: "resource-metadata-url", question: "A metadata URL in the challenge leads to the document",
        reference: "RFC 9728 §5.1", clients: "claude.ai", needs: .resourceMetadata)
    static let resourceMetadataPlaces = DoctorCheck(
        id: "resource-metadata-places", question: "Every client finds the document, wherever it looks first",
        reference: "RFC 9728 §3.1 and §5.1", clients: "Python SDK, TypeScript SDK, MCP Inspector, claude.ai",
        needs: .resourceMetadata)
    static let resource = DoctorCheck(
        id: "resource", question: "The metadata names the URL that was called", reference: "RFC 9728 §3.3",
        clients: "VS Code, Gemini CLI, Antigravity", needs: .resourceMetadata)
    static let issuerMetadata = DoctorCheck(
        id: "issuer-metadata", question: "The authorization server's metadata is at the first place to look",
        reference: "RFC 8414 §3.1 and §5", clients: "MCP Inspector, TypeScript SDK, Roo Code", needs: .reachable)
    static let issuer = DoctorCheck(
        id: "issuer", question: "That metadata names the issuer, byte for byte", reference: "RFC 8414 §3.3",
        clients: "opencode, Expo, MetaMCP, Copilot CLI, Python SDK", needs: .issuerMetadata)
    static let endpoints = DoctorCheck(
        id: "endpoints", question: "The endpoints are there and may be called",
        reference: "RFC 8414 §2; MCP 2026-07-28, communication security", needs: .issuerMetadata)
    static let pkce = DoctorCheck(
        id: "pkce", question: "PKCE with S256 is announced", reference: "MCP 2026-07-28, security considerations",
        clients: "every MCP client", needs: .issuerMetadata)
    static let scopes = DoctorCheck(
        id: "scopes", question: "Scopes are named, and no list is empty", reference: "RFC 9728 §3.2",
        clients: "mcp-remote, ChatGPT, Claude Code", needs: .issuerMetadata)
    static let issuerParameter = DoctorCheck(
        id: "issuer-parameter", question: "iss is announced as a boolean", reference: "RFC 9207 §3",
        needs: .issuerMetadata)
    static let registration = DoctorCheck(
        id: "registration", question: "A registration endpoint that is announced takes clients",
        reference: "RFC 7591 §3", clients: "VS Code, Claude Code", needs: .issuerMetadata)
    static let cors = DoctorCheck(
        id: "cors", question: "Pages of another origin may call the server", reference: "Fetch, CORS protocol",
        clients: "clients in a browser, at Twenty, Windmill and TYPO3", needs: .reachable)
    static let exposedHeaders = DoctorCheck(
        id: "exposed-headers", question: "Such pages may read the challenge and the session",
        reference: "Fetch, CORS protocol", clients: "clients in a browser, at Twenty, Windmill and TYPO3", needs: .cors)

    // MARK: Before a login

    static let tokenTime = DoctorCheck(
        id: "token-time", question: "The token endpoint answers in time", reference: "RFC 6749 §3.2 (no limit is set)",
        clients: "Claude Code", needs: .endpoints)
    static let tokenErrors = DoctorCheck(
        id: "token-errors", question: "The token endpoint refuses with 400 or 401 and a JSON document",
        reference: "RFC 6749 §5.2", clients: "TypeScript SDK, Claude Code, OpenHanako", needs: .tokenTime)
    static let client = DoctorCheck(
        id: "client", question: "The client is known", reference: "RFC 6749 §5.2", clients: "Claude Code, Supabase",
        needs: .tokenErrors)
    static let tokenMethods = DoctorCheck(
        id: "token-methods", question: "Every announced method of client authentication works",
        reference: "RFC 8414 §2", clients: "Archestra, Context7", needs: .client)
    static let authMethods = DoctorCheck(
        id: "auth-methods", question: "A client can choose how to authenticate",
        reference: "RFC 6749 §2.3.1, OAuth 2.1 §2.4",
        clients: "MCP Inspector, Codex, claude.ai, Archestra, VS Code, Claude Code", needs: .tokenMethods)
    static let redirectPort = DoctorCheck(
        id: "redirect-port", question: "A loopback redirect URI may have any port", reference: "RFC 8252 §7.3",
        clients: "Claude Code, VS Code", needs: .client)
    static let resourceParameter = DoctorCheck(
        id: "resource-parameter", question: "The parameter resource may be sent, and may be left out",
        reference: "RFC 8707 §2, RFC 6749 §3.1", clients: "C# SDK, FastMCP, oh-my-pi, mcp-remote", needs: .redirectPort)

    // MARK: The login

    static let login = DoctorCheck(
        id: "login", question: "The login leads to a code", reference: "RFC 6749 §4.1",
        clients: "clients at NAVIKT, opencode", needs: .redirectPort)
    static let state = DoctorCheck(
        id: "state", question: "The answer carries the state that was sent", reference: "RFC 6749 §4.1.2",
        clients: "opencode", needs: .login)
    static let responseIssuer = DoctorCheck(
        id: "response-issuer", question: "The answer carries the right iss, if one was promised",
        reference: "RFC 9207 §2.4", clients: "every client of 2026-07-28", needs: .state)
    static let token = DoctorCheck(
        id: "token", question: "The code becomes a bearer token", reference: "RFC 6749 §4.1.4 and §5.1",
        clients: "clients at NAVIKT", needs: .responseIssuer)
    static let tokenLifetime = DoctorCheck(
        id: "token-lifetime", question: "The token says in seconds how long it lives, and does",
        reference: "RFC 6749 §5.1", clients: "Claude Code, LibreChat, Qwen Code, mcp-remote", needs: .token)

    // MARK: The MCP server

    static let freshToken = DoctorCheck(
        id: "fresh-token", question: "A token just issued is taken, the first time it is shown",
        reference: "RFC 6750 §3", clients: "openma-ai, claude.ai", needs: .token)
    static let modern = DoctorCheck(
        id: "mcp-2026-07-28", question: "Revision 2026-07-28 is served", reference: "MCP 2026-07-28, versioning",
        clients: "QwenPaw, adcp", needs: .freshToken)
    static let november = DoctorCheck(
        id: "mcp-2025-11-25", question: "Revision 2025-11-25 is served", reference: "MCP 2025-11-25, lifecycle",
        needs: .freshToken)
    static let june = DoctorCheck(
        id: "mcp-2025-06-18", question: "Revision 2025-06-18 is served", reference: "MCP 2025-06-18, lifecycle",
        needs: .freshToken)
    static let march = DoctorCheck(
        id: "mcp-2025-03-26", question: "Revision 2025-03-26 is served", reference: "MCP 2025-03-26, lifecycle",
        needs: .freshToken)
    static let negotiation = DoctorCheck(
        id: "negotiation", question: "A revision that is not served is answered with those that are",
        reference: "MCP 2026-07-28, versioning; MCP 2025-11-25, lifecycle",
        clients: "every client newer than the server", needs: .freshToken)
    static let handshake = DoctorCheck(
        id: "handshake", question: "The answer to initialize has all that clients need",
        reference: "MCP 2025-11-25, lifecycle", clients: "TypeScript SDK, Python SDK", needs: .november)
    static let results = DoctorCheck(
        id: "results", question: "Results have all that is required, and no session",
        reference: "MCP 2026-07-28, schema", clients: "C# SDK, TypeScript SDK, Python SDK", needs: .modern)
    static let notifications = DoctorCheck(
        id: "notifications", question: "What needs no answer gets 202 without a body",
        reference: "MCP 2025-11-25, transports", clients: "Rust SDK (rmcp), revv, oramacore", needs: .freshToken)
    static let unknownMethod = DoctorCheck(
        id: "unknown-method", question: "An unknown method gets error -32601", reference: "JSON-RPC 2.0 §5.1",
        clients: "clients that look for prompts and resources", needs: .freshToken)
    static let ping = DoctorCheck(
        id: "ping", question: "A ping is answered", reference: "MCP 2025-11-25, ping",
        clients: "clients that keep connections alive", needs: .handshake)
    static let eventStream = DoctorCheck(
        id: "event-stream", question: "GET opens an event stream, or gets 405", reference: "MCP 2025-11-25, transports",
        clients: "TypeScript SDK", needs: .handshake)
    static let tools = DoctorCheck(
        id: "tools", question: "The tools are listed, and each can be used", reference: "MCP 2026-07-28, server/tools",
        clients: "TypeScript SDK, Python SDK", needs: .freshToken)
    static let scopeChallenge = DoctorCheck(
        id: "scope-challenge", question: "A demand for more scope names all that is needed",
        reference: "MCP 2025-11-25, scope challenge handling", clients: "Claude Code", needs: .tools)
    static let stepUp = DoctorCheck(
        id: "step-up", question: "A scope that is demanded can be had",
        reference: "MCP 2025-11-25, step-up authorization flow", clients: "Claude Code", needs: .scopeChallenge)
    static let toolCall = DoctorCheck(
        id: "tool-call", question: "A tool that only reads can be called", reference: "MCP 2026-07-28, server/tools",
        clients: "TypeScript SDK, Python SDK", needs: .tools)
    static let session = DoctorCheck(
        id: "session", question: "A session outlives its first tool call",
        reference: "MCP 2025-11-25, session management", clients: "Python SDK, mcp-remote, Affine, Spring AI",
        needs: .handshake)
    static let endedSession = DoctorCheck(
        id: "ended-session", question: "A session that has ended gets 404",
        reference: "MCP 2025-11-25, session management", clients: "Python SDK, mcp-remote, Affine, Spring AI",
        needs: .handshake)
    static let badToken = DoctorCheck(
        id: "bad-token", question: "A wrong token gets 401, also for a tool call", reference: "RFC 6750 §3.1",
        clients: "MediaWiki-MCP", needs: .reachable)

    // MARK: Refresh and revocation

    static let refresh = DoctorCheck(
        id: "refresh", question: "The refresh token becomes a new token", reference: "RFC 6749 §5.2 and §6",
        clients: "Metabase, FlowFuse, Claude Code", needs: .token)
    static let refreshScope = DoctorCheck(
        id: "refresh-scope", question: "A refresh keeps the scope", reference: "RFC 6749 §6",
        clients: "Claude Code, mcp-remote", needs: .refresh)
    static let refreshReuse = DoctorCheck(
        id: "refresh-reuse", question: "A refresh token that is used twice ends its grant",
        reference: "RFC 9700 §4.14.2", clients: "Claude Code", needs: .refresh)
    static let revocation = DoctorCheck(
        id: "revocation", question: "The tokens can be given back", reference: "RFC 7009 §2", needs: .token)
}

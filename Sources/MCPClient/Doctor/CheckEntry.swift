extension DoctorCheck {
    /// What is asked, where it is written, and who stumbles.
    struct Entry {
        let question: String
        let reference: String
        let clients: String?

        fileprivate init(_ question: String, _ reference: String, _ clients: String? = nil) {
            (self.question, self.reference, self.clients) = (question, reference, clients)
        }
    }

    /// The row of the table of all checks: the clients are those whose issue trackers told of it by August 2026.
    var entry: Entry {
        switch self {
        case .reachable: Entry("The server answers", "RFC 9110 §3.4")
        case .challenge: Entry("A request without a token gets 401 with a Bearer challenge", "RFC 6750 §3")
        case .wellKnownType:
            Entry("Well-known URLs answer with JSON or not at all", "RFC 8414 §3.2", "Outline, Claude Code")
        case .resourceMetadata:
            Entry("The protected resource has metadata", "MCP 2026-07-28, authorization; RFC 9728 §3", "Claude Code")
        case .resourceMetadataURL:
            Entry("A metadata URL in the challenge leads to the document", "RFC 9728 §5.1", "claude.ai")
        case .resourceMetadataPlaces:
            Entry(
                "Every client finds the document, wherever it looks first", "RFC 9728 §3.1 and §5.1",
                "Python SDK, TypeScript SDK, MCP Inspector, claude.ai")
        case .resource:
            Entry("The metadata names the URL that was called", "RFC 9728 §3.3", "VS Code, Gemini CLI, Antigravity")
        case .issuerMetadata:
            Entry(
                "The authorization server's metadata is at the first place to look", "RFC 8414 §3.1 and §5",
                "MCP Inspector, TypeScript SDK, Roo Code")
        case .issuer:
            Entry(
                "That metadata names the issuer, byte for byte", "RFC 8414 §3.3",
                "opencode, Expo, MetaMCP, Copilot CLI, Python SDK")
        case .endpoints:
            Entry("The endpoints are there and may be called", "RFC 8414 §2; MCP 2026-07-28, communication security")
        case .pkce: Entry("PKCE with S256 is announced", "MCP 2026-07-28, security considerations", "every MCP client")
        case .scopes:
            Entry("Scopes are named, and no list is empty", "RFC 9728 §3.2", "mcp-remote, ChatGPT, Claude Code")
        case .issuerParameter: Entry("iss is announced as a boolean", "RFC 9207 §3")
        case .registration:
            Entry("A registration endpoint that is announced takes clients", "RFC 7591 §3", "VS Code, Claude Code")
        case .cors:
            Entry(
                "Pages of another origin may call the server", "Fetch, CORS protocol",
                "clients in a browser, at Twenty, Windmill and TYPO3")
        case .exposedHeaders:
            Entry(
                "Such pages may read the challenge and the session", "Fetch, CORS protocol",
                "clients in a browser, at Twenty, Windmill and TYPO3")
        case .tokenTime:
            Entry("The token endpoint answers in time", "RFC 6749 §3.2 (no limit is set)", "Claude Code")
        case .tokenErrors:
            Entry(
                "The token endpoint refuses with 400 or 401 and a JSON document", "RFC 6749 §5.2",
                "TypeScript SDK, Claude Code, OpenHanako")
        case .client: Entry("The client is known", "RFC 6749 §5.2", "Claude Code, Supabase")
        case .tokenMethods:
            Entry("Every announced method of client authentication works", "RFC 8414 §2", "Archestra, Context7")
        case .authMethods:
            Entry(
                "A client can choose how to authenticate", "RFC 6749 §2.3.1, OAuth 2.1 §2.4",
                "MCP Inspector, Codex, claude.ai, Archestra, VS Code, Claude Code")
        case .redirectPort:
            Entry("A loopback redirect URI may have any port", "RFC 8252 §7.3", "Claude Code, VS Code")
        case .resourceParameter:
            Entry(
                "The parameter resource may be sent, and may be left out", "RFC 8707 §2, RFC 6749 §3.1",
                "C# SDK, FastMCP, oh-my-pi, mcp-remote")
        case .login: Entry("The login leads to a code", "RFC 6749 §4.1", "clients at NAVIKT, opencode")
        case .state: Entry("The answer carries the state that was sent", "RFC 6749 §4.1.2", "opencode")
        case .responseIssuer:
            Entry(
                "The answer carries the right iss, if one was promised", "RFC 9207 §2.4", "every client of 2026-07-28")
        case .token: Entry("The code becomes a bearer token", "RFC 6749 §4.1.4 and §5.1", "clients at NAVIKT")
        case .tokenLifetime:
            Entry(
                "The token says in seconds how long it lives, and does", "RFC 6749 §5.1",
                "Claude Code, LibreChat, Qwen Code, mcp-remote")
        case .freshToken:
            Entry("A token just issued is taken, the first time it is shown", "RFC 6750 §3", "openma-ai, claude.ai")
        case .modern: Entry("Revision 2026-07-28 is served", "MCP 2026-07-28, versioning", "QwenPaw, adcp")
        case .november: Entry("Revision 2025-11-25 is served", "MCP 2025-11-25, lifecycle")
        case .june: Entry("Revision 2025-06-18 is served", "MCP 2025-06-18, lifecycle")
        case .march: Entry("Revision 2025-03-26 is served", "MCP 2025-03-26, lifecycle")
        case .negotiation:
            Entry(
                "A revision that is not served is answered with those that are",
                "MCP 2026-07-28, versioning; MCP 2025-11-25, lifecycle", "every client newer than the server")
        case .handshake:
            Entry(
                "The answer to initialize has all that clients need", "MCP 2025-11-25, lifecycle",
                "TypeScript SDK, Python SDK")
        case .results:
            Entry(
                "Results have all that is required, and no session", "MCP 2026-07-28, schema",
                "C# SDK, TypeScript SDK, Python SDK")
        case .notifications:
            Entry(
                "What needs no answer gets 202 without a body", "MCP 2025-11-25, transports",
                "Rust SDK (rmcp), revv, oramacore")
        case .unknownMethod:
            Entry(
                "A method that there is not gets error -32601", "JSON-RPC 2.0 §5.1",
                "clients that look for prompts and resources")
        case .ping: Entry("A ping is answered", "MCP 2025-11-25, ping", "clients that keep connections alive")
        case .eventStream:
            Entry("GET opens an event stream, or gets 405", "MCP 2025-11-25, transports", "TypeScript SDK")
        case .tools:
            Entry(
                "The tools are listed, and each can be used", "MCP 2026-07-28, server/tools",
                "TypeScript SDK, Python SDK")
        case .scopeChallenge:
            Entry(
                "A demand for more scope names all that is needed", "MCP 2025-11-25, scope challenge handling",
                "Claude Code")
        case .stepUp:
            Entry("A scope that is demanded can be had", "MCP 2025-11-25, step-up authorization flow", "Claude Code")
        case .toolCall:
            Entry(
                "A tool that only reads can be called", "MCP 2026-07-28, server/tools", "TypeScript SDK, Python SDK")
        case .session:
            Entry(
                "A session outlives its first tool call", "MCP 2025-11-25, session management",
                "Python SDK, mcp-remote, Affine, Spring AI")
        case .endedSession:
            Entry(
                "A session that has ended gets 404", "MCP 2025-11-25, session management",
                "Python SDK, mcp-remote, Affine, Spring AI")
        case .badToken: Entry("A wrong token gets 401, also for a tool call", "RFC 6750 §3.1", "MediaWiki-MCP")
        case .refresh:
            Entry("The refresh token becomes a new token", "RFC 6749 §5.2 and §6", "Metabase, FlowFuse, Claude Code")
        case .refreshScope: Entry("A refresh keeps the scope", "RFC 6749 §6", "Claude Code, mcp-remote")
        case .refreshReuse:
            Entry("A refresh token that is used twice ends its grant", "RFC 9700 §4.14.2", "Claude Code")
        case .revocation: Entry("The tokens can be given back", "RFC 7009 §2")
        }
    }
}

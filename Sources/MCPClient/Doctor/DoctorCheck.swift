/// One thing that the doctor looks at.
///
/// The table of what can be wrong with a server, where it is written how it should be, and which clients were reported to
/// stumble over it (as of August 2026, from their issue trackers).
public enum DoctorCheck: String, Sendable, CaseIterable {
    case reachable
    case challenge
    case resourceMetadataURL = "resource-metadata-url"
    case resourceMetadata = "resource-metadata"
    case resourceMetadataPlaces = "resource-metadata-places"
    case resource
    case wellKnownType = "well-known-type"
    case scopes
    case issuerMetadata = "issuer-metadata"
    case issuer
    case pkce
    case authMethods = "auth-methods"
    case issuerParameter = "issuer-parameter"
    case registration
    case cors
    case exposedHeaders = "exposed-headers"
    case redirectPort = "redirect-port"
    case login
    case authorizationResponse = "authorization-response"
    case token
    case tokenLifetime = "token-lifetime"
    case tokenMethods = "token-methods"
    case refresh
    case refreshScope = "refresh-scope"
    case modern = "mcp-2026-07-28"
    case november = "mcp-2025-11-25"
    case june = "mcp-2025-06-18"
    case march = "mcp-2025-03-26"
    case toolCall = "tool-call"
    case badToken = "bad-token"
    case unknownSession = "unknown-session"

    /// What is asked, where it is written, and who stumbles.
    struct Entry {
        let question: String
        let reference: String
        let clients: String?
    }

    var entry: Entry {
        switch self {
        case .reachable: Entry("The server answers", "RFC 9110 §3.4")
        case .challenge:
            Entry("A request without a token gets 401 with a Bearer challenge", "RFC 6750 §3", "MediaWiki-MCP, FastMCP")
        case .resourceMetadataURL:
            Entry("The challenge names the metadata's URL", "RFC 9728 §5.1", "claude.ai, clients of 2025-06-18")
        case .resourceMetadata:
            Entry("The protected resource has metadata", "RFC 9728 §3", "Claude Code")
        case .resourceMetadataPlaces:
            Entry("The metadata is at the path form", "RFC 9728 §3.1", "Python SDK, TypeScript SDK, MCP Inspector")
        case .resource:
            Entry("The metadata names the URL that was called", "RFC 9728 §3.3", "VS Code, Gemini CLI, Antigravity")
        case .wellKnownType:
            Entry("Well-known URLs answer with JSON or 404", "RFC 8414 §3.2", "Outline, Claude Code")
        case .scopes: Entry("No list in the metadata is empty", "RFC 9728 §3.2", "mcp-remote, ChatGPT, Claude Code")
        case .issuerMetadata:
            Entry("The issuer's metadata is where RFC 8414 wants it", "RFC 8414 §3.1", "MCP Inspector, Roo Code")
        case .issuer:
            Entry(
                "The metadata names the issuer, byte for byte", "RFC 8414 §3.3",
                "opencode, Claude Code, Copilot CLI, Expo")
        case .pkce: Entry("PKCE with S256 is announced", "MCP 2026-07-28, security considerations", "every MCP client")
        case .authMethods:
            Entry(
                "A known method of client authentication is announced", "RFC 8414 §2", "Codex, VS Code, MCP Inspector")
        case .issuerParameter: Entry("iss is announced as a boolean", "RFC 9207 §3")
        case .registration:
            Entry("A registration endpoint that is announced takes clients", "RFC 7591 §3", "Claude Code, VS Code")
        case .cors:
            Entry("Pages may read the metadata and /mcp", "Fetch, CORS protocol", "MCP Inspector, Windmill, TYPO3")
        case .exposedHeaders:
            Entry("Pages may read the challenge and the session", "Fetch, CORS protocol", "MCP Inspector, Twenty")
        case .redirectPort:
            Entry("A loopback redirect URI may have any port", "RFC 8252 §7.3", "Claude Code, VS Code")
        case .login: Entry("The login leads to a code", "RFC 6749 §4.1")
        case .authorizationResponse:
            Entry("The answer carries the right state and iss", "RFC 9207 §2.4", "every client of 2026-07-28")
        case .token: Entry("The code becomes a bearer token", "RFC 6749 §5", "TypeScript SDK, Claude Code, OpenHands")
        case .tokenLifetime:
            Entry("The lifetime is a positive number", "RFC 6749 §5.1", "LibreChat, Qwen Code, mcp-remote")
        case .tokenMethods:
            Entry("Every announced method of authentication works", "RFC 6749 §2.3.1", "Archestra, context7")
        case .refresh: Entry("The refresh token becomes a new token", "RFC 6749 §6", "Metabase, Flowfuse, Claude Code")
        case .refreshScope: Entry("A refresh keeps the scope", "RFC 6749 §6", "Claude Code, mcp-remote")
        case .modern: Entry("Revision 2026-07-28 is served", "MCP 2026-07-28, versioning")
        case .november: Entry("Revision 2025-11-25 is served", "MCP 2025-11-25, lifecycle")
        case .june: Entry("Revision 2025-06-18 is served", "MCP 2025-06-18, lifecycle")
        case .march: Entry("Revision 2025-03-26 is served", "MCP 2025-03-26, lifecycle")
        case .toolCall:
            Entry("The tools are listed with a token just issued", "MCP 2026-07-28, server/tools", "QwenPaw, adcp")
        case .badToken: Entry("A wrong token gets 401", "RFC 6750 §3.1", "MediaWiki-MCP")
        case .unknownSession:
            Entry(
                "An unknown session gets 404", "MCP 2025-11-25, transports", "Python SDK, mcp-remote, Affine, Spring AI"
            )
        }
    }
}

extension DoctorCheck.Entry {
    fileprivate init(_ question: String, _ reference: String, _ clients: String? = nil) {
        self.init(question: question, reference: reference, clients: clients)
    }
}

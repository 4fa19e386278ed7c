/// The redirect URIs of a known MCP client.
public struct RedirectPreset: Sendable {
    /// The name that `--redirect-preset` takes.
    public let name: String
    /// The client.
    public let client: String
    /// The redirect URIs to register.
    public let uris: [String]
    /// A limitation that a user of the preset should know.
    public let note: String

    /// Returns the preset of a name.
    public static func named(_ name: String) -> RedirectPreset? {
        all.first { $0.name == name }
    }

    /// The known clients, collected in August 2026 from their sources, documentation and issue trackers.
    ///
    /// Such facts become outdated. A URI with a port stands for the client's default; with `--redirect-match loopback`
    /// or `port` another port is accepted as well. Left out: clients whose URI contains a value that only they can
    /// compute, such as Cline's `vscode://saoudrizwan.claude-dev/mcp-auth/callback/…` and ChatGPT's newer per-connector
    /// address; give those with `--redirect-uris`.
    public static let all: [RedirectPreset] = [
        RedirectPreset(
            name: "claude-code", client: "Claude Code",
            uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
            note: "Random port unless --callback-port is given."),
        RedirectPreset(
            name: "claude-ai", client: "Claude.ai, Claude Desktop and mobile connectors",
            uris: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
            note: "Needs a public HTTPS address."),
        RedirectPreset(
            name: "claude-desktop", client: "Claude Desktop",
            uris: ["claude://claude.ai/mcp-auth-callback/sdk"],
            note: "Of servers that run on the same machine; collected in November 2026."),
        RedirectPreset(
            name: "vscode", client: "Visual Studio Code",
            uris: [
                "http://127.0.0.1:33418", "http://127.0.0.1:33418/", "http://127.0.0.1/",
                "https://vscode.dev/redirect", "https://insiders.vscode.dev/redirect",
            ],
            note: "Another port when 33418 is busy."),
        RedirectPreset(
            name: "cursor", client: "Cursor",
            uris: [
                "http://localhost:8787/callback", "cursor://anysphere.cursor-mcp/oauth/callback",
                "https://www.cursor.com/agents/mcp/oauth/callback",
            ],
            note: "Current desktop, older desktop, web agents."),
        RedirectPreset(
            name: "mcp-remote", client: "mcp-remote",
            uris: ["http://localhost:3334/oauth/callback", "http://localhost:22296/oauth/callback"],
            note: "3334 when given on its command line; 22296 is derived for http://localhost:9003/mcp."),
        RedirectPreset(
            name: "inspector", client: "MCP Inspector",
            uris: ["http://localhost:6274/oauth/callback", "http://127.0.0.1:6276/oauth/callback"],
            note: "Web, then command line."),
        RedirectPreset(
            name: "codex", client: "Codex CLI",
            uris: ["http://127.0.0.1/callback/rKXJg4sX1b-p"],
            note: "The last segment is derived for http://localhost:9003/mcp, from a user's report of the formula."),
        RedirectPreset(
            name: "gemini-cli", client: "Gemini CLI", uris: ["http://localhost:7777/oauth/callback"], note: ""),
        RedirectPreset(
            name: "chatgpt", client: "ChatGPT",
            uris: ["https://chatgpt.com/connector_platform_oauth_redirect"],
            note: "The legacy address; needs a public HTTPS address."),
        RedirectPreset(
            name: "opencode", client: "opencode", uris: ["http://127.0.0.1:19876/mcp/oauth/callback"], note: ""),
        RedirectPreset(
            name: "kiro", client: "Kiro CLI", uris: ["http://localhost:7778/oauth/callback"],
            note: "The example of its documentation; configurable."),
        RedirectPreset(
            name: "conformance", client: "MCP conformance suite", uris: ["http://127.0.0.1:3000/callback"],
            note: "Its authorization runner, unless another port is given."),
    ]
}

internal import HTTPEdge
internal import MCPCore

/// The page at `/`: the purpose of the server, its URLs, and its registered client.
struct HomePage {
    let origin: String
    let clientID: String
    let toolNames: [String]

    var response: HTTPResponse {
        Page.response(
            .ok, title: "An MCP server that asks for OAuth",
            """
            <h1>An MCP server that asks for OAuth</h1>
            <p>This one process is an OAuth 2.1 authorization server and a protected MCP server, made to debug and test
            MCP clients against. It speaks the MCP revisions
            \(revisions).</p>
            <dl>
            <dt>MCP server</dt><dd><code>\(origin)\(Path.mcp)</code></dd>
            <dt>Client id</dt><dd><code>\(clientID)</code></dd>
            <dt>Client secret</dt><dd>the one this server was started with</dd>
            <dt>Tools</dt><dd>\(toolNames.joined(separator: ", "))</dd>
            </dl>
            <p class="note">Give your client the MCP server's URL, the client id and the client secret. There is no dynamic
            registration: this client is the only one.</p>
            <h2>Documents</h2>
            <dl>
            <dt>Protected resource</dt>
            <dd>\(link(Path.protectedResourceMetadata))</dd>
            <dt>Authorization server</dt>
            <dd>\(link(Path.authorizationServerMetadata))</dd>
            <dt>Health</dt><dd>\(link(Path.health))</dd>
            </dl>
            <h2>Endpoints</h2>
            <dl>
            <dt>Authorize, log in</dt><dd><code>/authorize</code>, <code>/login</code></dd>
            <dt>Tokens</dt><dd><code>/token</code>, <code>/introspect</code>, <code>/revoke</code></dd>
            <dt>A callback to look at</dt><dd><code>\(origin)\(Path.callback)</code></dd>
            </dl>
            """)
    }

    private var revisions: String {
        ProtocolVersion.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private func link(_ path: String) -> HTML {
        "<a href=\"\(path)\">\(path)</a>"
    }
}

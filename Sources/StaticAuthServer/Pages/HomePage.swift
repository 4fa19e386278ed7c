internal import HTTPEdge
internal import MCPCore
internal import Primitives

/// The page at `/`: the purpose of the server, its URLs, and how each client is connected.
struct HomePage {
    let index: HomeIndex
    let cards: [ClientCard]
    let toolNames: [String]
    /// The credentials that everyone can read in the documentation, by the names of the ready file.
    let publicCredentials: JSONObject

    var response: HTTPResponse {
        Page.response(
            .ok, title: "An MCP server that asks for OAuth", width: .wide, isScripted: index.hasDebug,
            """
            <h1>An MCP server that asks for OAuth</h1>
            <p>This one process is an OAuth 2.1 authorization server and a protected MCP server, made to debug and test
            MCP clients against. It speaks the MCP revisions
            \(revisions).</p>
            \(tiles)
            <dl>
            <dt>MCP server</dt><dd><code id="mcp-url">\(index.origin)\(Path.mcp)</code> \(copy("mcp-url"))</dd>
            <dt>Client id</dt><dd><code id="client-id">\(index.clientID)</code> \(copy("client-id"))</dd>
            <dt>Client secret</dt><dd>\(secret)</dd>
            \(publicClient)
            <dt>Log in</dt><dd>\(login)</dd>
            <dt>Tools</dt><dd>\(toolNames.joined(separator: ", "))</dd>
            </dl>
            <p class="note">Give your client the MCP server's URL\(credentials). There is no dynamic
            registration: clients use an id that the server knows.</p>
            \(connecting)
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
            <dt>A callback to look at</dt><dd><code>\(index.origin)\(Path.callback)</code></dd>
            </dl>
            <p class="dim">With <code>Accept: application/json</code> this page is a list of all URLs for programs.</p>
            """)
    }

    private var revisions: String {
        ProtocolVersion.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private var tiles: HTML {
        guard index.hasDebug else { return "" }
        let timeline: HTML =
            "<li><a href=\"\(Path.debug)\"><b>Timeline</b> what your client does, live, and how to steer the server</a></li>"
        // A link cannot send a debug token.
        guard !index.needsToken else { return "<ul class=\"tiles\">\(timeline)</ul>" }
        let count = String(Scenario.all.count)
        return """
            <ul class="tiles">
            \(timeline)
            <li><a href="\(Path.debugReport)"><b>Report</b> which rules it followed, and what to change</a></li>
            <li><a href="\(Path.debugScenarios)"><b>Scenarios</b> \(count) ways in which real servers behave</a></li>
            </ul>
            """
    }

    private var credentials: HTML {
        index.hasSecret ? ", the client id and the client secret" : " and the client id"
    }

    private var secret: HTML {
        guard index.hasSecret else { return "none; the client is public" }
        guard let secret = publicCredentials["client_secret"]?.string else {
            return "the one this server was started with"
        }
        return "<code id=\"client-secret\">\(secret)</code> \(copy("client-secret"))"
    }

    private var publicClient: HTML {
        guard let id = index.publicClientID else { return "" }
        return """
            <dt>Public client</dt>
            <dd><code id="public-client-id">\(id)</code> \(copy("public-client-id")) without a secret</dd>
            """
    }

    private var login: HTML {
        guard let name = publicCredentials["username"]?.string,
            let password = publicCredentials["password"]?.string
        else { return "as a user that this server was started with" }
        return "as <code>\(name)</code>, password <code>\(password)</code>"
    }

    private var connecting: HTML {
        guard !cards.isEmpty else { return "" }
        let items = cards.map { card -> HTML in
            let notes = card.notes.map { "<p>\($0)</p>" as HTML }
            return """
                <details name="client" id="card-\(card.name)">
                <summary>\(card.name)</summary>
                \(notes)
                <div class="copied"><pre id="config-\(card.name)">\(card.text)</pre>\(copy("config-\(card.name)"))</div>
                <p>Next: <code>\(card.next)</code></p>
                </details>

                """
        }
        return "<h2>Connect a client</h2>\n<div class=\"cards\">\n\(items)</div>"
    }

    private func copy(_ source: String) -> HTML {
        Page.copyButton(source)
    }

    private func link(_ path: String) -> HTML {
        "<a href=\"\(path)\">\(path)</a>"
    }
}

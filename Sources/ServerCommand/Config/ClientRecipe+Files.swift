internal import Primitives

/// The clients that read a JSON file.
extension ClientRecipe {
    static let vscode = ClientRecipe(
        form: .file(JSONFile(path: ".vscode/mcp.json", keys: ["servers"])) { server in
            [
                "type": "http", "url": .string(server.mcpURL),
                "oauth": .object(["clientId": .string(server.clientID)]),
            ]
        },
        place: "This is .vscode/mcp.json of a folder, or the mcp.json of the user.",
        notes: { server in
            server.secret.map {
                ["Click \"Set Client Secret\" above the entry (since VS Code 1.122), and give it the secret \($0)."]
            } ?? []
        },
        next: "MCP: List Servers (in the command palette)", checked: "2026-11-30",
        source: "code.visualstudio.com/docs/copilot/reference/mcp-configuration")

    static let cursor = ClientRecipe(
        form: .file(JSONFile(path: "~/.cursor/mcp.json", keys: ["mcpServers"])) { instance in
            let server = instance.withoutSecret
            return [
                "url": .string(server.mcpURL),
                "auth": .object(
                    credentials(server, "CLIENT_ID", "CLIENT_SECRET").adding("scopes", strings(server.scopes))),
            ]
        },
        place: "This belongs into ~/.cursor/mcp.json.",
        notes: { server in
            guard server.secret != nil, server.withoutSecret.secret == nil else { return [] }
            return ["This is the public client. Cursor can also be \(server.clientID), with \"CLIENT_SECRET\"."]
        },
        next: "Cursor Settings > MCP > static-auth > Connect",
        checked: "2026-08-31", source: "cursor.com/docs/context/mcp")

    static let inspector = ClientRecipe(
        form: .file(JSONFile(path: "inspector.json", keys: ["mcpServers"])) { server in
            [
                "type": "http", "url": .string(server.mcpURL),
                "oauth": .object(
                    credentials(server, "clientId", "clientSecret").adding("scopes", strings(server.scopes))),
                "protocolEra": "auto",
            ]
        },
        place: "Save this as inspector.json.",
        notes: { server in
            let secret = server.secret.map { " --client-secret \(Quoted.shell($0))" } ?? ""
            return [
                "Without a file: npx @modelcontextprotocol/inspector --cli \(Quoted.shell(server.mcpURL)) --client-id "
                    + "\(Quoted.shell(server.clientID))\(secret) --method tools/list"
            ]
        },
        next: "npx @modelcontextprotocol/inspector --config inspector.json --server static-auth",
        checked: "2026-11-30", source: "github.com/modelcontextprotocol/inspector, version 2")

    static let gemini = ClientRecipe(
        form: .file(JSONFile(path: "~/.gemini/settings.json", keys: ["mcpServers"])) { server in
            // Without "enabled" the Gemini CLI refreshes without the secret, and logs out.
            [
                "httpUrl": .string(server.mcpURL),
                "oauth": .object(
                    JSONObject([("enabled", true)])
                        .adding(credentials(server, "clientId", "clientSecret"))
                        .adding("scopes", strings(server.scopes))),
            ]
        },
        place: "This belongs into ~/.gemini/settings.json.", next: "gemini, and there /mcp auth static-auth",
        checked: "2026-11-30", source: "github.com/google-gemini/gemini-cli, docs/tools/mcp-server.md")

    static let opencode = ClientRecipe(
        form: .file(JSONFile(path: "opencode.json", keys: ["mcp", "servers"])) { server in
            [
                "type": "remote", "url": .string(server.mcpURL),
                "oauth": .object(
                    credentials(server, "client_id", "client_secret")
                        .adding("scope", .string(server.scope)).adding("callback_port", 19876)),
            ]
        },
        older: { server in
            let entry: JSONObject = [
                "type": "remote", "url": .string(server.mcpURL),
                "oauth": .object(
                    credentials(server, "clientId", "clientSecret").adding("scope", .string(server.scope))),
            ]
            return "// The same for opencode 1:\n" + pretty(["mcp": .object([serverName: .object(entry)])])
        },
        place: "The first one belongs into opencode.json.", next: "opencode, and there /mcps",
        checked: "2026-11-30", source: "opencode.ai/docs/mcp-servers")

    static let zed = ClientRecipe(
        form: .file(JSONFile(path: "~/.config/zed/settings.json", keys: ["context_servers"])) { server in
            ["url": .string(server.mcpURL), "oauth": .object(credentials(server, "client_id", "client_secret"))]
        },
        place: "This belongs into ~/.config/zed/settings.json.", next: "zed: open settings > AI > MCP Servers",
        checked: "2026-11-30", source: "zed.dev/docs/ai/mcp")

    static let kiro = ClientRecipe(
        form: .file(JSONFile(path: "~/.kiro/settings/mcp.json", keys: ["mcpServers"])) { server in
            [
                "url": .string(server.mcpURL),
                "oauth": .object(
                    credentials(server, "clientId", "clientSecret")
                        .adding("redirectUri", "http://localhost:7778/oauth/callback")),
            ]
        },
        place: "This belongs into ~/.kiro/settings/mcp.json.", next: "kiro-cli, and there /mcp",
        checked: "2026-11-30", source: "kiro.dev/changelog/cli/2-12")

    static let windsurf = bridge(
        "Windsurf", file: JSONFile(path: "~/.codeium/windsurf/mcp_config.json", keys: ["mcpServers"]),
        source: "docs.windsurf.com/windsurf/cascade/mcp")

    static let cline = bridge(
        "Cline", file: JSONFile(path: "cline_mcp_settings.json", keys: ["mcpServers"]),
        source: "docs.cline.bot/mcp/configuring-mcp-servers")

    /// A client without a documented field for a client id: it starts the bridge, which has logged in before.
    private static func bridge(_ client: String, file: JSONFile, source: String) -> ClientRecipe {
        ClientRecipe(
            form: .file(file) { server in
                ["command": "static-auth-client", "args": strings(["bridge", server.mcpURL])]
            },
            place: "This belongs into \(file.path).", notes: { bridgeNotes(client, $0) },
            next: "the login above, and then a restart of \(client)", checked: "2026-11-30", source: source)
    }

    /// Why a client gets the bridge, and the login that the bridge needs.
    static func bridgeNotes(_ client: String, _ server: Instance) -> [String] {
        let secret = server.secret.map { "MCP_CLIENT_SECRET=\(Quoted.shell($0)) " } ?? ""
        return [
            "\(client) documents no field for a client id, so the bridge logs in for it; give its full path if PATH differs.",
            "Log in once: \(secret)static-auth-client login \(Quoted.shell(server.mcpURL)) --client-id "
                + Quoted.shell(server.clientID),
        ]
    }

    // MARK: - Parts

    /// The client id, and the secret if there is one.
    static func credentials(_ server: Instance, _ id: String, _ secret: String) -> JSONObject {
        var object: JSONObject = [id: .string(server.clientID)]
        object[secret] = server.secret.map { .string($0) }
        return object
    }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension JSONObject {
    /// The object with another member at its end.
    func adding(_ name: String, _ value: JSONValue) -> JSONObject { adding([name: value]) }

    /// The object with the members of another one at its end.
    func adding(_ other: JSONObject) -> JSONObject {
        JSONObject((members + other.members).map { ($0.name, $0.value) })
    }
}

internal import Primitives

/// The clients that are configured by a command, another file or a program.
extension ClientRecipe {
    static let claudeCode = ClientRecipe(
        form: .text { server in
            let variable = server.isSecretShown ? server.secret.map { "MCP_CLIENT_SECRET=\(shell($0)) " } ?? "" : ""
            return """
                \(variable)claude mcp add --transport http --client-id \(shell(server.clientID)) \
                \(server.secret == nil ? "" : "--client-secret ")--callback-port 8080 \(serverName) \(shell(server.mcpURL))
                """
        },
        place: "Run this in a shell.",
        notes: { server in
            server.secret == nil || server.isSecretShown
                ? [] : ["Claude Code asks for the client secret; with --reveal it is in the command."]
        },
        next: "claude mcp login static-auth", checked: "2026-08-31", source: "code.claude.com/docs/en/mcp")

    static let mcpRemote = ClientRecipe(
        form: .text { server in
            let secret = server.secret.map { #","client_secret":\#(Quoted.json($0))"# } ?? ""
            return """
                npx mcp-remote \(shell(server.mcpURL)) 3334 --static-oauth-client-info \
                \(shell(#"{"client_id":\#(Quoted.json(server.clientID))\#(secret)}"#))
                """
        },
        place: "Run this in a shell.", next: "the same command, as the entry of a client that starts it",
        checked: "2026-08-31", source: "github.com/geelen/mcp-remote, README.md")

    static let codex = ClientRecipe(
        form: .text { instance in
            let server = instance.withoutSecret
            let secret = server.secret.map { " --oauth-client-secret \(shell($0))" } ?? ""
            return """
                codex mcp add \(serverName) --url \(shell(server.mcpURL)) --oauth-client-id \(shell(server.clientID))\(secret)
                """
        },
        place: "Run this in a shell.",
        notes: { server in
            if server.secret == nil { return [] }
            return [
                server.withoutSecret.secret == nil
                    ? "This is the public client. Since 0.158 Codex can also be \(server.clientID), with "
                        + "--oauth-client-secret."
                    : "Codex takes a client secret since 0.158."
            ]
        },
        next: "codex mcp login static-auth", checked: "2026-11-30", source: "developers.openai.com/codex/mcp")

    static let librechat = ClientRecipe(
        form: .text { server in
            let secret = server.secret.map { "\n      client_secret: \(Quoted.json($0))" } ?? ""
            return """
                mcpServers:
                  \(serverName):
                    type: streamable-http
                    url: \(Quoted.json(server.mcpURL))
                    oauth:
                      authorization_url: \(Quoted.json(server.baseURL + "/authorize"))
                      token_url: \(Quoted.json(server.baseURL + "/token"))
                      client_id: \(Quoted.json(server.clientID))\(secret)
                      scope: \(Quoted.json(server.scope))
                      redirect_uri: "http://localhost:3080/api/mcp/\(serverName)/oauth/callback"
                """
        },
        place: "This belongs into librechat.yaml.",
        notes: { server in
            [
                "LibreChat connects to local addresses only when mcpSettings.allowedDomains names them: "
                    + "\(Quoted.json(server.baseURL))."
            ]
        },
        next: "docker compose restart api", checked: "2026-11-30",
        source: "librechat.ai/docs/configuration/librechat_yaml/object_structure/mcp_servers")

    static let goose = ClientRecipe(
        form: .text { server in
            """
            extensions:
              \(serverName):
                type: stdio
                name: \(serverName)
                enabled: true
                cmd: static-auth-client
                args: ["bridge", \(Quoted.json(server.mcpURL))]
            """
        },
        place: "This belongs into ~/.config/goose/config.yaml.", notes: { bridgeNotes("Goose", $0) },
        next: "the login above, and then goose session", checked: "2026-11-30",
        source: "block.github.io/goose/docs/guides/config-files")

    static let python = ClientRecipe(
        form: .text { PythonProgram(server: $0).text },
        place: "This is a program for python3, which needs nothing else.", notes: passwordNotes,
        next: "static-auth-server config python | python3", checked: "2026-11-30", source: "run by the tests")

    static let curl = ClientRecipe(
        form: .text { CurlSession(server: $0).text }, place: "This is a script for bash.", notes: passwordNotes,
        next: "static-auth-server config curl | bash", checked: "2026-11-30", source: "run by the tests")

    @Sendable private static func passwordNotes(_ server: Instance) -> [String] {
        server.isPasswordShown
            ? [] : ["Put the password of \(server.userName) where it says YOUR_PASSWORD, or use --reveal."]
    }

    private static func shell(_ text: String) -> String { Quoted.shell(text) }
}

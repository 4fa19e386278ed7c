/// The texts to paste into clients that are configured by a file, a command line or a form.
enum ClientFiles {
    /// The name of the server in the client.
    private static let name = "static-auth"

    static func claudeCode(_ server: Instance) -> String {
        let secret = server.secret != nil
        let variable = secret && server.isRevealed ? "MCP_CLIENT_SECRET=\(shell(server.secret ?? "")) " : ""
        return """
            \(variable)claude mcp add --transport http --client-id \(shell(server.clientID)) \
            \(secret ? "--client-secret " : "")--callback-port 8080 \(name) \(shell(server.mcpURL))
            """
    }

    static func vscode(_ server: Instance) -> String {
        """
        {
          "servers": {
            "\(name)": {
              "type": "http",
              "url": \(json(server.mcpURL)),
              "oauth": { "clientId": \(json(server.clientID)) }
            }
          }
        }
        """
    }

    static func cursor(_ server: Instance) -> String {
        """
        {
          "mcpServers": {
            "\(name)": {
              "url": \(json(server.mcpURL)),
              "auth": {
                "CLIENT_ID": \(json(server.clientID)),\(member("CLIENT_SECRET", server.secret, indentation: 8))
                "scopes": [\(server.scopes.map(json).joined(separator: ", "))]
              }
            }
          }
        }
        """
    }

    static func gemini(_ server: Instance) -> String {
        """
        {
          "mcpServers": {
            "\(name)": {
              "httpUrl": \(json(server.mcpURL)),
              "oauth": {
                "clientId": \(json(server.clientID)),\(member("clientSecret", server.secret, indentation: 8))
                "scopes": [\(server.scopes.map(json).joined(separator: ", "))]
              }
            }
          }
        }
        """
    }

    static func opencode(_ server: Instance) -> String {
        """
        {
          "mcp": {
            "\(name)": {
              "type": "remote",
              "url": \(json(server.mcpURL)),
              "oauth": {
                "clientId": \(json(server.clientID)),\(member("clientSecret", server.secret, indentation: 8))
                "scope": \(json(server.scope))
              }
            }
          }
        }
        """
    }

    static func codex(_ server: Instance) -> String {
        """
        [mcp_servers.\(name)]
        url = \(json(server.mcpURL))

        [mcp_servers.\(name).oauth]
        client_id = \(json(server.clientID))
        """
    }

    static func inspector(_ server: Instance) -> String {
        """
        Transport Type   Streamable HTTP
        URL              \(server.mcpURL)
        Client ID        \(server.clientID)
        Client Secret    \(server.secret ?? "(empty)")
        Scope            \(server.scope)
        """
    }

    static func mcpRemote(_ server: Instance) -> String {
        let secret = server.secret.map { #","client_secret":\#(json($0))"# } ?? ""
        return """
            npx mcp-remote \(shell(server.mcpURL)) 3334 --static-oauth-client-info \
            \(shell(#"{"client_id":\#(json(server.clientID))\#(secret)}"#))
            """
    }

    /// A member of a JSON object on a line of its own, if it has a value.
    private static func member(_ name: String, _ value: String?, indentation: Int) -> String {
        value.map { "\n" + String(repeating: " ", count: indentation) + "\(json(name)): \(json($0))," } ?? ""
    }

    private static func json(_ text: String) -> String { Quoted.json(text) }
    private static func shell(_ text: String) -> String { Quoted.shell(text) }
}

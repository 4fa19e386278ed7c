internal import OAuthServer

/// A whole session with curl: log in, redeem the code, call a tool.
struct CurlSession {
    let server: Instance

    var text: String {
        """
        BASE=\(Quoted.shell(server.baseURL))

        # 1. Log in as a person would, but for a program: the login page answers in JSON when it is asked to. A client makes
        #    a new state and a new verifier each time.
        random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '='; }
        VERIFIER=$(random)
        CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')
        ANSWER=$(curl -sS "$BASE/login" -H 'Accept: application/json' \\
          \(data("response_type", "code")) \(data("client_id", server.clientID)) \\
          \(data("redirect_uri", server.redirectURI)) -d state="$(random)" \\
          -d code_challenge="$CHALLENGE" -d code_challenge_method=S256 \\
          --data-urlencode "resource=$BASE/mcp" \(data("scope", server.scope)) \\
          \(data("username", server.userName)) \(data("password", server.password)))
        CODE=$(echo "$ANSWER" | sed 's/.*[?&]code=\\([^&"]*\\).*/\\1/')

        # 2. Redeem the code.
        TOKENS=$(curl -sS "$BASE/token" \(credentials) \\
          -d grant_type=authorization_code -d code="$CODE" \\
          -d code_verifier="$VERIFIER" --data-urlencode "resource=$BASE/mcp" \\
          \(data("redirect_uri", server.redirectURI)))
        echo "$TOKENS"
        TOKEN=$(echo "$TOKENS" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

        # 3. Call a tool.
        curl -sS "$BASE/mcp" -H "Authorization: Bearer $TOKEN" \\
          -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
          -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' \\
          -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hello"},
               "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                        "io.modelcontextprotocol/clientCapabilities":{}}}}'; echo
        """
    }

    private var credentials: String {
        guard let secret = server.secret else { return data("client_id", server.clientID) }
        guard server.authentication != .basic else { return "-u " + Quoted.shell("\(server.clientID):\(secret)") }
        return data("client_id", server.clientID) + " " + data("client_secret", secret)
    }

    private func data(_ name: String, _ value: String) -> String {
        "--data-urlencode " + Quoted.shell("\(name)=\(value)")
    }
}

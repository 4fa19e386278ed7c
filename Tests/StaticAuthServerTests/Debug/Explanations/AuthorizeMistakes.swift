import OAuthServer
import StaticAuthServer
import TestSupport

extension Mistake {
    private static func redirect(_ name: String, exact: Bool = true, _ uri: String) -> Mistake {
        Mistake("redirect_uri: \(name)", { $0.redirectMatch = exact ? .exact : .loopback }) {
            try await $0.authorize(["redirect_uri": uri])
        }
    }

    private static func authorize(_ name: String, _ changes: [String: String?]) -> Mistake {
        Mistake(name) { try await $0.authorize(changes) }
    }

    private static func logIn(_ name: String, user: String = "demo_user", password: String) -> Mistake {
        Mistake(name) {
            try await $0.flow().submitLogin(user: user, password: password, [("Accept", "application/json")])
        }
    }

    /// Mistakes before there is a code.
    static let authorize: [Mistake] = [
        redirect("another port", "http://localhost:8080/callback"),
        redirect("127.0.0.1 in place of localhost", "http://127.0.0.1:3031/callback"),
        redirect("a slash too many", "http://localhost:3031/callback/"),
        redirect("another case", "http://localhost:3031/Callback"),
        redirect("another path", "http://localhost:3031/oauth/callback"),
        redirect("https on this machine", exact: false, "https://localhost:3031/callback"),
        redirect("a fragment", exact: false, "http://localhost:3031/callback#done"),
        redirect("no URI", exact: false, "/callback"),
        redirect("encoded twice", exact: false, "http%3A%2F%2Flocalhost%3A3031%2Fcallback"),
        redirect("another site", exact: false, "https://app.example.com/callback"),
        authorize("redirect_uri: missing", ["redirect_uri": nil]),
        authorize("client_id: misspelt name", ["client_id": nil, "clientId": Stage.clientID]),
        authorize("client_id: white space", ["client_id": "static-mcp-client-001 "]),
        authorize("client_id: the secret", ["client_id": Stage.clientSecret]),
        authorize("client_id: another number", ["client_id": "static-mcp-client-002"]),
        authorize("client_id: a metadata document", ["client_id": "https://client.example.com/metadata.json"]),
        Mistake("client_id: the URL of the MCP server") {
            try await $0.authorize(["client_id": $0.client.origin + "/mcp"])
        },
        authorize("response_type: implicit", ["response_type": "token"]),
        authorize("code_challenge: missing", ["code_challenge": nil]),
        authorize("code_challenge_method: plain", ["code_challenge_method": "plain"]),
        authorize("code_challenge_method: missing", ["code_challenge_method": nil]),
        authorize(
            "code_challenge: hexadecimal",
            ["code_challenge": "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"]),
        authorize("code_challenge: padded", ["code_challenge": Flow.challenge + "="]),
        authorize("code_challenge: white space", ["code_challenge": Flow.challenge + " "]),
        authorize("code_challenge: other characters", ["code_challenge": Flow.challenge + "#"]),
        authorize("scope: misspelt", ["scope": "users"]),
        authorize("scope: a letter of another alphabet", ["scope": "usér"]),
        authorize("scope: a quotation mark", ["scope": "user\""]),
        authorize("scope: two spaces", ["scope": "user  echo"]),
        authorize("scope: a JSON array", ["scope": #"["user"]"#]),
        authorize("response_type: the grant_type", ["response_type": "authorization_code"]),
        authorize("response_type: behind a second question mark", ["response_type": nil, "t": "a?response_type=code"]),
        authorize(
            "client_id: behind a second question mark", ["client_id": nil, "t": "a?client_id=\(Stage.clientID)"]),
        authorize("response_mode: misspelt", ["response_mode": "queri"]),
        authorize("code_challenge_method: the hash", ["code_challenge_method": "SHA-256"]),
        Mistake("client_id: twice") {
            try await $0.client.get($0.flow().target + "&client_id=other", [("Accept", "application/json")])
        },
        Mistake("redirect_uri: twice") {
            try await $0.client.get($0.flow().target + "&redirect_uri=x", [("Accept", "application/json")])
        },
        authorize("resource: a scheme alone", ["resource": "urn:"]),
        Mistake("client_id: twice, with a misspelt one") {
            try await $0.client.get(
                $0.flow().target + "&client_id=x&clientid=y", [("Accept", "application/json")])
        },
        authorize("scope: commas", ["scope": "user,echo"]),
        Mistake("resource: a misspelt path") { try await $0.authorize(["resource": $0.client.origin + "/mpc"]) },
        authorize("resource: another server", ["resource": "https://mcp.example.com/mcp"]),
        authorize("resource: a fragment", ["resource": "http://localhost/mcp#x"]),
        logIn("login: unknown user", user: "demo-user", password: Stage.password),
        logIn("login: a line end after the password", password: Stage.password + "\n"),
        logIn("login: the default password", password: "demo_password"),
        logIn("login: the default secret as password", password: "your-secret-key-change-this-in-production"),
        Mistake("login: a form from another site") {
            try await $0.flow().submitLogin(
                [("Accept", "application/json"), ("Origin", "http://localhost:1")])
        },
        Mistake("login: denied") {
            try await $0.flow().submitLogin(action: "deny", [("Accept", "application/json")])
        },
    ]
}

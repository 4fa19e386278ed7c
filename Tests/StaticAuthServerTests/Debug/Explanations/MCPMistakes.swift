import MCPCore
import Primitives
import StaticAuthServer
import TestSupport

extension Mistake {
    private static func bearer(_ name: String, _ authorization: @escaping @Sendable (String) -> String) -> Mistake {
        Mistake("token: \(name)") {
            try await $0.echo(nil, ["Authorization": authorization($0.tokens().accessToken)])
        }
    }

    private static func headers(
        _ name: String, _ changes: [String: String?] = [:], adding field: (String, String)? = nil
    ) -> Mistake {
        Mistake("headers: \(name)") { stage in
            try await stage.message(
                "tools/call", ["name": "echo", "arguments": ["message": "x"]], token: stage.tokens().accessToken,
                changes, adding: field)
        }
    }

    private static func sessions(_ name: String, _ field: (String, String)) -> Mistake {
        Mistake("session: \(name)") {
            let token = try await $0.tokens().accessToken
            let fields = [
                ("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Session-Id", try await $0.session(token)), field,
            ]
            return try await $0.client.send(
                "POST", "/mcp", TestClient.fields(token: token) + fields,
                body: #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        }
    }

    private static func body(_ name: String, _ text: String) -> Mistake {
        Mistake("body: \(name)") {
            try await $0.client.send("POST", "/mcp", TestClient.fields(token: $0.tokens().accessToken), body: text)
        }
    }

    private static func initialize(
        _ name: String, _ fields: [(String, String)] = [], id: String = "1", batch: Bool = false
    ) -> Mistake {
        let text =
            #"{"jsonrpc":"2.0","id":\#(id),"method":"initialize","params":{"protocolVersion":"2025-11-25","#
            + #""capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#
        return Mistake("initialize: \(name)") {
            try await $0.client.send(
                "POST", "/mcp", TestClient.fields(token: $0.tokens().accessToken) + fields,
                body: batch ? "[\(text)]" : text)
        }
    }

    private static func envelope(_ name: String, _ meta: String) -> Mistake {
        Mistake("_meta: \(name)") {
            try await $0.message(
                "tools/list", [:], token: $0.tokens().accessToken,
                body: #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":\#(meta)}}"#)
        }
    }

    private static let unknown = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    /// Mistakes at the protected resource.
    static let mcp: [Mistake] = [
        bearer("Bearer twice") { "Bearer Bearer \($0)" },
        bearer("quotation marks") { "Bearer \"\($0)\"" },
        bearer("empty") { _ in "Bearer " },
        bearer("undefined") { _ in "Bearer undefined" },
        bearer("no Bearer") { $0 },
        bearer("another scheme") { _ in "Negotiate" },
        bearer("a quotation mark within") { "Bearer \($0)\"x" },
        bearer("braces") { "Bearer {\($0)}" },
        bearer("as long as ours") { _ in "Bearer AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh." },
        bearer("a JSON Web Token") { _ in "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln" },
        Mistake("token: the client's credentials") {
            try await $0.echo(nil, ["Authorization": $0.basic(Stage.clientID, Stage.clientSecret)])
        },
        Mistake("token: in the URL") {
            try await $0.client.send(
                "POST", "/mcp?access_token=\($0.tokens().accessToken)", TestClient.fields(token: nil))
        },
        Mistake("token: a refresh token") { try await $0.echo($0.tokens().refreshToken) },
        Mistake("token: a code") { try await $0.echo($0.loggedIn().code) },
        Mistake("token: from a run before") { try await $0.echo(unknown) },
        Mistake("token: expired", { $0.accessTokenTTL = .seconds(60) }) {
            let token = try await $0.tokens().accessToken
            $0.clock.advance(by: .seconds(72))
            return try await $0.echo(token)
        },
        Mistake("token: revoked, because its code came twice") {
            let flow = try await $0.loggedIn()
            let token = try await $0.redeemed(flow).accessToken
            _ = try await $0.redeem(flow)
            $0.clock.advance(by: .seconds(3))
            return try await $0.echo(token)
        },
        Mistake("token: for another resource", { $0.resource = ["https://other.example.com/mcp"] }) {
            try await $0.echo($0.tokens(["resource": "https://other.example.com/mcp"]).accessToken)
        },
        Mistake("scope: of a tool", { $0.requireScope = ["echo": "echo"] }) {
            try await $0.echo($0.tokens().accessToken)
        },
        Mistake("scope: of every request", { $0.scope = "read write" }) {
            try await $0.echo($0.tokens(["scope": "read"]).accessToken)
        },
        headers("no Mcp-Method", ["Mcp-Method": nil]),
        headers("another Mcp-Method", ["Mcp-Method": "tools/list"]),
        headers("another case", ["Mcp-Name": "Echo"]),
        headers("no MCP-Protocol-Version", ["MCP-Protocol-Version": nil]),
        headers("MCP-Protocol-Version twice", adding: ("MCP-Protocol-Version", "2025-11-25")),
        headers("MCP-Protocol-Version twice, joined", ["MCP-Protocol-Version": "2026-07-28, 2026-07-28"]),
        headers("Mcp-Method twice", adding: ("Mcp-Method", "tools/call")),
        headers("Mcp-Name twice", adding: ("Mcp-Name", "echo")),
        headers("Authorization twice", adding: ("Authorization", "Bearer undefined")),
        headers("Origin twice", ["Origin": "http://localhost"], adding: ("Origin", "http://localhost")),
        headers("Content-Type twice", ["Content-Type": "text/plain"], adding: ("Content-Type", "application/json")),
        sessions("MCP-Protocol-Version twice", ("MCP-Protocol-Version", "2025-11-25")),
        sessions("Mcp-Session-Id twice", ("Mcp-Session-Id", "00112233445566778899aabbccddeeff")),
        Mistake("GET: MCP-Protocol-Version twice") {
            let token = try await $0.tokens().accessToken
            return try await $0.client.get(
                "/mcp",
                [
                    ("Authorization", "Bearer \(token)"), ("Accept", "text/event-stream"),
                    ("MCP-Protocol-Version", "2025-11-25"), ("MCP-Protocol-Version", "2025-11-25"),
                ])
        },
        headers("no JSON", ["Content-Type": "text/plain"]),
        headers("Accept without events", ["Accept": "application/json"]),
        Mistake("body: no JSON") { try await $0.message("ping", [:], token: $0.tokens().accessToken, body: "hello") },
        body("white space before an object that does not end", "  {"),
        body("white space alone", " "),
        body("a byte order mark", "\u{FEFF}{}"),
        envelope("a list", "[]"),
        envelope("without capabilities", #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#),
        envelope(
            "a client without a version",
            #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"#
                + #""io.modelcontextprotocol/clientInfo":{"name":"x"}}"#),
        Mistake("GET: without a session") {
            try await $0.client.get(
                "/mcp",
                [("Authorization", "Bearer \($0.tokens().accessToken)"), ("Accept", "text/event-stream")])
        },
        Mistake("body: no envelope") {
            try await $0.message(
                "tools/list", [:], token: $0.tokens().accessToken,
                body: #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        },
        Mistake("body: no JSON-RPC") {
            try await $0.message("x", [:], token: $0.tokens().accessToken, body: #"{"id":1,"method":"tools/list"}"#)
        },
        body("id null", #"{"jsonrpc":"2.0","id":null,"method":"tools/list"}"#),
        body("an id with a fraction", #"{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}"#),
        body("params in a list", #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}"#),
        body("a method that is a number", #"{"jsonrpc":"2.0","id":1,"method":7}"#),
        body("jsonrpc 1.0", #"{"jsonrpc":"1.0","id":1,"method":"tools/list"}"#),
        body("text", #""tools/list""#),
        body("a notification without a session", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#),
        body("a response without a session", #"{"jsonrpc":"2.0","id":1,"result":{}}"#),
        Mistake("body: a batch") { try await $0.message("x", [:], token: $0.tokens().accessToken, body: "[{}]") },
        Mistake("version: unknown") {
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/"#
                + #"protocolVersion":"2026-07-29","io.modelcontextprotocol/clientCapabilities":{}}}}"#
            return try await $0.message(
                "tools/list", [:], token: $0.tokens().accessToken, ["MCP-Protocol-Version": "2026-07-29"], body: body)
        },
        Mistake("version: of sessions, in _meta") {
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/"#
                + #"protocolVersion":"2025-11-25","io.modelcontextprotocol/clientCapabilities":{}}}}"#
            return try await $0.message(
                "tools/list", [:], token: $0.tokens().accessToken, ["MCP-Protocol-Version": "2025-11-25"], body: body)
        },
        Mistake("tool: misspelt") {
            try await $0.message("tools/call", ["name": "ecko", "arguments": [:]], token: $0.tokens().accessToken)
        },
        Mistake("method: removed") { try await $0.message("ping", [:], token: $0.tokens().accessToken) },
        Mistake("method: removed, with a session that is unknown") {
            try await $0.message(
                "ping", [:], token: $0.tokens().accessToken, ["Mcp-Session-Id": "00112233445566778899aabbccddeeff"])
        },
        Mistake("method: misspelt") { try await $0.message("tool/list", [:], token: $0.tokens().accessToken) },
        Mistake("method: not offered") { try await $0.message("prompts/list", [:], token: $0.tokens().accessToken) },
        Mistake("arguments: wrong, in 2025-06-18") {
            let token = try await $0.tokens().accessToken
            return try await $0.client.legacy(
                "tools/call", ["name": "echo", "arguments": ["text": "x"]],
                session: $0.session(token, "2025-06-18"), token: token)
        },
        Mistake("session: missing") { try await $0.client.legacy("tools/list", token: $0.tokens().accessToken) },
        Mistake("session: from a run before") {
            try await $0.client.legacy(
                "tools/list", session: "00112233445566778899aabbccddeeff", token: $0.tokens().accessToken)
        },
        Mistake("session: ended") {
            let token = try await $0.tokens().accessToken
            let session = try await $0.session(token)
            let fields = TestClient.fields(token: token) + [("Mcp-Session-Id", session)]
            _ = try await $0.client.send("DELETE", "/mcp", fields)
            $0.clock.advance(by: .seconds(5))
            return try await $0.client.legacy("tools/list", session: session, token: token)
        },
        Mistake("session: initialized twice") {
            let token = try await $0.tokens().accessToken
            return try await $0.client.legacy("initialize", [:], session: $0.session(token), token: token)
        },
        Mistake("GET: without Accept") {
            let token = try await $0.tokens().accessToken
            let session = try await $0.session(token)
            return try await $0.client.get(
                "/mcp", [("Authorization", "Bearer \(token)"), ("Mcp-Session-Id", session), ("Accept", "text/html")])
        },
        Mistake("GET: Accept without events") {
            let token = try await $0.tokens().accessToken
            let session = try await $0.session(token)
            return try await $0.client.get(
                "/mcp",
                [("Authorization", "Bearer \(token)"), ("Mcp-Session-Id", session), ("Accept", "application/json")])
        },
        Mistake("GET: in 2026-07-28") {
            try await $0.client.get(
                "/mcp",
                [("Authorization", "Bearer \($0.tokens().accessToken)"), ("MCP-Protocol-Version", "2026-07-28")])
        },
        Mistake("path: a slash too many") { try await $0.client.send("POST", "/mcp/") },
        Mistake("path: the older transport") { try await $0.client.get("/sse") },
        Mistake("path: an endpoint of another server") { try await $0.client.post("/oauth/token", form: []) },
        Mistake("path: a well-known document that clients look for") {
            try await $0.client.get("/.well-known/openid-configuration")
        },
        Mistake("GET: /token") { try await $0.client.get("/token") },
        Mistake("Host: another") { try await $0.client.get("/mcp", [("Host", "mcp.example.com")]) },
        Mistake("Origin: another") { try await $0.client.get("/mcp", [("Origin", "https://app.example.com")]) },
        Mistake("Host: the machine of a container") {
            try await $0.client.get("/mcp", [("Host", "host.docker.internal:\($0.client.port)")])
        },
        Mistake("Host: the port of somebody else") { try await $0.client.get("/mcp", [("Host", "localhost:1")]) },
        Mistake("path: an encoded question mark") { try await $0.client.get("/authorize%3Fresponse_type=code") },
        Mistake("path: an ampersand in place of the question mark") {
            try await $0.client.get("/authorize&response_type=code")
        },
        bearer("the scheme Token") { "Token \($0)" },
        bearer("a colon after Bearer") { "Bearer: \($0)" },
        bearer("no space after Bearer") { "Bearer\($0)" },
        bearer("Bearer misspelt") { "Baerer \($0)" },
        bearer("twice, joined") { "Bearer \($0), Bearer \($0)" },
        headers("Content-Type twice, joined", ["Content-Type": "application/json, application/json"]),
        headers("MCP-Protocol-Version without a value", ["MCP-Protocol-Version": ""]),
        sessions("MCP-Protocol-Version twice, joined", ("MCP-Protocol-Version", "2025-11-25, 2025-11-25")),
        initialize("id null", id: "null"),
        initialize("an id that is an object", id: "{}"),
        initialize("an id that is a truth value", id: "true"),
        initialize("in a session that is unknown", [("Mcp-Session-Id", "00112233445566778899aabbccddeeff")]),
        initialize("in 2026-07-28", [("MCP-Protocol-Version", "2026-07-28")]),
        initialize("in a batch", [], batch: true),
        body("initialize without params", #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#),
        body("a notification with an id", #"{"jsonrpc":"2.0","id":9,"method":"notifications/initialized"}"#),
        body("a request without an id", #"{"jsonrpc":"2.0","method":"tools/list"}"#),
        Mistake("session: a notification with an id in it") {
            let token = try await $0.tokens().accessToken
            return try await $0.client.legacy("notifications/initialized", session: $0.session(token), token: token)
        },
        Mistake("registration") { try await $0.client.post("/register", form: []) },
    ]
}

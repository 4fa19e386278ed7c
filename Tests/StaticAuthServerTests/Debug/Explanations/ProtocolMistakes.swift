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

    /// A message that names no session and no revision.
    private static func body(_ name: String, _ text: String, _ fields: [(String, String)] = []) -> Mistake {
        Mistake("body: \(name)") {
            try await $0.client.send(
                "POST", "/mcp", TestClient.fields(token: $0.tokens().accessToken) + fields, body: text)
        }
    }

    private static func method(_ method: String) -> Mistake {
        body("\(method) without a session", #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
    }

    private static func session(
        _ name: String, version: String = "2025-11-25", _ method: String = "tools/list",
        _ id: @escaping @Sendable (String) -> String = { $0 }
    ) -> Mistake {
        Mistake("session: \(name)") {
            let token = try await $0.tokens().accessToken
            let fields = [("MCP-Protocol-Version", version), ("Mcp-Session-Id", id(try await $0.session(token)))]
            return try await $0.client.send(
                "POST", "/mcp", TestClient.fields(token: token) + fields,
                body: #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
        }
    }

    private static func version(_ name: String, header: String?, envelope: String) -> Mistake {
        Mistake("version: \(name)") {
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/"#
                + #"protocolVersion":"\#(envelope)","io.modelcontextprotocol/clientCapabilities":{}}}}"#
            return try await $0.message(
                "tools/list", [:], token: $0.tokens().accessToken, ["MCP-Protocol-Version": header], body: body)
        }
    }

    private static func get(_ name: String, _ path: String, _ fields: [(String, String)] = []) -> Mistake {
        Mistake(name) { try await $0.client.get(path, fields) }
    }

    private static func host(_ name: String, _ host: String, port: Bool = true) -> Mistake {
        Mistake("Host: \(name)") {
            try await $0.client.get("/mcp", [("Host", port ? "\(host):\($0.client.port)" : host)])
        }
    }

    /// Mistakes with tokens, sessions, revisions, hosts and paths.
    static let protocols: [Mistake] = [
        bearer("Basic before it") { "Basic \($0)" },
        bearer("cut") { "Bearer \($0.dropLast())" },
        bearer("its beginning cut") { "Bearer \($0.dropFirst(3))" },
        bearer("a character changed") { "Bearer \($0.dropLast())\($0.last == "A" ? "B" : "A")" },
        bearer("the first character changed") { "Bearer \($0.first == "A" ? "B" : "A")\($0.dropFirst())" },
        bearer("a character added") { "Bearer \($0)x" },
        bearer("percent-encoded") { "Bearer %22\($0)" },
        bearer("an escaped line end") { "Bearer \($0)\\n" },
        bearer("a name before it") { "Bearer token=\($0)" },
        bearer("a name in place of Bearer") { "token=\($0)" },
        bearer("a colon and no space after Bearer") { "Bearer:\($0)" },
        bearer("a tab after Bearer") { "Bearer\t\($0)" },
        bearer("all of it in quotation marks") { "'Bearer \($0)'" },
        bearer("the client_id") { _ in "Bearer \(Stage.clientID)" },
        bearer("no value") { _ in "" },
        Mistake("token: the id of a session") { stage in
            try await stage.echo(stage.session(stage.tokens().accessToken))
        },
        Mistake("token: in another header") {
            try await $0.echo(nil, ["X-API-Key": $0.tokens().accessToken])
        },
        Mistake("token: in the URL, by another name") {
            try await $0.client.send(
                "POST", "/mcp?token=\($0.tokens().accessToken)", TestClient.fields(token: nil))
        },
        method("initialise"), method("Initialize"), method("tool/list"), method("server/discover"),
        method("subscriptions/listen"), method("roots/list"), method("prompts/list"),
        body(
            "keys of _meta without their prefix",
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"protocolVersion":"2026-07-28"}}}"#),
        body(
            "meta in place of _meta", #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"meta":{}}}"#,
            [("MCP-Protocol-Version", "2026-07-28")]),
        body("a batch without a session", #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#),
        body("ID in place of id", #"{"jsonrpc":"2.0","ID":1,"method":"tools/list"}"#),
        body("a name twice", #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#),
        session("without a value") { _ in "" },
        session("undefined") { _ in "undefined" },
        session("upper case") { $0.uppercased() },
        session("quotation marks") { "\"\($0)\"" },
        session("cut") { String($0.dropLast(2)) },
        Mistake("session: initialize in one without a value") {
            try await $0.client.legacy("initialize", session: "", token: $0.tokens().accessToken)
        },
        session("twice, joined") { "\($0), \($0)" },
        session("the newest revision", version: "2026-07-28"),
        session("a second revision without a value", version: "2025-11-25, "),
        session("an old revision", version: "2024-11-05"),
        session("server/discover", "server/discover"),
        session("roots/list", "roots/list"),
        Mistake("session: a token") {
            let token = try await $0.tokens().accessToken
            return try await $0.client.legacy("tools/list", session: token, token: token)
        },
        Mistake("session: another user's") {
            let session = try await $0.session($0.tokens().accessToken)
            let other = try await $0.token(["grant_type": "client_credentials"]).json["access_token"]?.string
            $0.secrets.add(other)
            return try await $0.client.legacy("tools/list", session: session, token: other)
        },
        Mistake("DELETE: without a session") {
            try await $0.client.send("DELETE", "/mcp", [("Authorization", "Bearer \($0.tokens().accessToken)")])
        },
        version("an old one, in _meta", header: "2024-11-05", envelope: "2024-11-05"),
        version("between two, in _meta", header: "2025-11-26", envelope: "2025-11-26"),
        version("of sessions in _meta, and the newest in the header", header: "2026-07-28", envelope: "2025-11-25"),
        version("unknown in _meta, and the newest in the header", header: "2026-07-28", envelope: "2027-01-01"),
        version("the newest in _meta, and an older one in the header", header: "2025-11-25", envelope: "2026-07-28"),
        get("path: the health of other servers", "/health"),
        get("path: a misspelt well-known path", "/.well-known/oauth-authorisation-server"),
        host("another address of this machine", "127.0.0.2"),
        host("a short address of this machine", "127.1"),
        host("a long address of this machine", "[0:0:0:0:0:0:0:1]"),
        host("an IPv4 address in IPv6", "[::ffff:127.0.0.1]"),
        host("an IPv6 address", "[fe80::1]"),
        host("a name of this machine", "ip6-localhost"),
        host("an empty label", ".localhost"),
        get("Origin: a slash at its end", "/mcp", [("Origin", "http://localhost/")]),
        get("Origin: a dot at its end", "/mcp", [("Origin", "http://localhost.:3000")]),
        get("Origin: null", "/mcp", [("Origin", "null")]),
        get("Origin: a path", "/mcp", [("Origin", "http://localhost:3000/app")]),
        get("Origin: another address of this machine", "/mcp", [("Origin", "http://127.0.0.2")]),
    ]
}

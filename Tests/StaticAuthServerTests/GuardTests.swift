import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// All paths, each with a method that it supports.
private let everyPath = [
    ("GET", "/"), ("GET", "/authorize"), ("GET", "/login"), ("POST", "/login"), ("GET", "/callback"),
    ("POST", "/token"), ("POST", "/introspect"), ("POST", "/revoke"), ("POST", "/register"), ("GET", "/healthz"),
    ("GET", "/.well-known/oauth-authorization-server"), ("GET", "/.well-known/oauth-protected-resource"),
    ("GET", "/.well-known/oauth-protected-resource/mcp"), ("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"),
    ("GET", "/nope"),
]

@Suite("Hosts and origins")
struct GuardTests {
    @Test(
        "A Host that is not ours is 403 on every path, before anything else", .proves(.foreignHostIsForbidden),
        arguments: [
            "evil.example.com", "localhost.evil.com", "localhost:1", "127.0.0.1.evil.com", "user@localhost",
            "localhost/",
        ])
    func foreignHosts(host: String) async throws {
        try await withTestServer { client, _ async throws in
            for (method, path) in everyPath {
                #expect(try await client.send(method, path, [("Host", host)]).status == 403, "\(method) \(path)")
            }
        }
    }

    @Test(
        "Our own hosts are accepted, with our port or none, and with a loopback Origin",
        .proves(.foreignHostIsForbidden),
        arguments: ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
    func ownHosts(host: String) async throws {
        try await withTestServer { client, _ async throws in
            for name in [host, "\(host):\(client.port)"] {
                let fields = [("Host", name), ("Origin", "http://localhost:5173")]
                #expect(try await client.get("/healthz", fields).status == 200)
            }
        }
    }

    @Test(
        "An Origin that is not allowed is 403 on every path", .proves(.foreignOriginIsForbidden),
        arguments: [
            "http://evil.example.com", "http://localhost.evil.com", "null", "http://127.0.0.1.evil.com", "file://",
            "http://localhost@evil.com", "ftp://localhost", "http://127.0.0.2",
        ])
    func foreignOrigins(origin: String) async throws {
        try await withTestServer { client, _ in
            for (method, path) in everyPath {
                let answer = try await client.send(method, path, [("Origin", origin)])
                #expect(answer.status == 403, "\(method) \(path)")
                #expect(answer["Access-Control-Allow-Origin"] == nil)
            }
        }
    }

    @Test(
        "Pages of this machine may read the answers for programs, and send preflights without a token",
        arguments: ["http://localhost:5173", "https://localhost", "http://127.0.0.1:8080", "http://[::1]:3000"])
    func cors(origin: String) async throws {
        try await withTestServer { client, _ in
            let preflight = try await client.send(
                "OPTIONS", "/mcp",
                [
                    ("Origin", origin), ("Access-Control-Request-Method", "POST"),
                    ("Access-Control-Request-Headers", "authorization, mcp-param-city"),
                ])
            #expect(preflight.status == 204)
            #expect(preflight["Access-Control-Allow-Origin"] == origin)
            let allowed = preflight["Access-Control-Allow-Headers"]?.lowercased() ?? ""
            for name in [
                "authorization", "content-type", "accept", "mcp-protocol-version", "mcp-method", "mcp-name",
                "mcp-session-id", "last-event-id", "mcp-param-city",
            ] {
                #expect(allowed.contains(name), "\(name)")
            }
            for path in [
                "/.well-known/oauth-authorization-server", "/token", "/revoke", "/introspect", "/register", "/mcp",
            ] {
                let answer = try await client.send(
                    path.hasPrefix("/.") ? "GET" : "POST", path, [("Origin", origin)], body: "")
                #expect(answer["Access-Control-Allow-Origin"] == origin, "\(path)")
                let exposed = answer["Access-Control-Expose-Headers"] ?? ""
                for name in ["WWW-Authenticate", "Mcp-Session-Id", "MCP-Protocol-Version"] {
                    #expect(exposed.contains(name))
                }
            }
        }
    }

    @Test(
        "The pages for people never have CORS fields", .proves(.authorizeHasNoCORS),
        arguments: ["/authorize", "/login", "/"])
    func noCORSForPeople(path: String) async throws {
        try await withTestServer { client, _ in
            let fields = [("Origin", "http://localhost:5173"), ("Access-Control-Request-Method", "GET")]
            for method in ["GET", "OPTIONS"] {
                let answer = try await client.send(method, path, fields)
                #expect(answer["Access-Control-Allow-Origin"] == nil)
            }
        }
    }

    @Test(
        "An unknown path is 404 without a redirect; a known one lists its methods",
        .proves(.wrongMethodNamesAllowedOnes))
    func unknownPathsAndMethods() async throws {
        try await withTestServer { client, _ in
            for path in ["/nope", "/mcp/", "/token/", "//", "/%6dcp"] {
                let answer = try await client.get(path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer["Location"] == nil)
                #expect(answer.json["error_description"]?.string != nil)
            }
            for (path, allowed) in [
                ("/token", "POST"), ("/revoke", "POST"), ("/introspect", "POST"), ("/authorize", "GET, HEAD, POST"),
                ("/login", "GET, HEAD, POST"), ("/", "GET, HEAD"), ("/callback", "GET, HEAD"),
                ("/healthz", "GET, HEAD"), ("/mcp", "GET, POST, DELETE"),
            ] {
                let answer = try await client.send("PUT", path)
                #expect(answer.status == 405, "\(path)")
                #expect(answer["Allow"] == allowed)
            }
        }
    }
}

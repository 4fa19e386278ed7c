import Foundation
import Testing
import TestSupport

@Suite("Secrets in files, as container engines mount them")
struct SecretFileTests {
    private static let basic = "Basic " + Data("static-mcp-client-001:from a file".utf8).base64EncodedString()

    /// The status of a token request that authenticates with the secret of the file.
    private func status(of ready: ReadyFile) async throws -> Int {
        try await TestClient(port: ready.port).post(
            "/token", form: [("grant_type", "client_credentials")], [("Authorization", Self.basic)]
        ).status
    }

    @Test(
        "A variable or a line names the file of a secret, whose last line end is not part of it",
        arguments: [true, false])
    func secret(isVariable: Bool) async throws {
        let name = "MCP_STATIC_CLIENT_SECRET_FILE"
        let (binary, ready) = try await Binary.ready(
            environment: isVariable ? [name: "secret"] : [:],
            files: ["secret": "\u{FEFF}from a file\r\n", ".env": isVariable ? "" : "\(name)=secret"])
        #expect(try await status(of: ready) == 200)
        // A secret of one's own is not written into the ready file, nor into the log.
        #expect(!ready.text.contains("from a file") && !binary.standardError.contains("from a file"))
    }

    @Test("A variable with a file wins over the settings file, and a flag over the variable")
    func precedence() async throws {
        let (first, ready) = try await Binary.ready(
            environment: ["MCP_STATIC_CLIENT_SECRET_FILE": "secret"],
            files: ["secret": "from a file", ".env": "MCP_STATIC_CLIENT_SECRET=from the settings"])
        #expect(try await status(of: ready) == 200)
        first.signal(SIGTERM)
        let (second, other) = try await Binary.ready(
            ["--client-secret", "from a file"], environment: ["MCP_STATIC_CLIENT_SECRET_FILE": "secret"],
            files: ["secret": "another"])
        #expect(try await status(of: other) == 200)
        second.signal(SIGTERM)
    }

    @Test("Users stand in a file one on a line, and may have commas in their passwords")
    func users() async throws {
        let (binary, ready) = try await Binary.ready(
            environment: ["MCP_STATIC_USER_FILE": "users"], files: ["users": "ann:one, two\r\nbob:three\n"])
        for (name, password) in [("ann", "one, two"), ("bob", "three")] {
            let login = try await TestClient(port: ready.port).post(
                "/login",
                form: [
                    ("response_type", "code"), ("client_id", "static-mcp-client-001"),
                    ("redirect_uri", "http://localhost:3031/callback"),
                    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                    ("code_challenge_method", "S256"), ("username", name), ("password", password),
                ], [("Accept", "application/json")])
            #expect(login.status == 200, "\(name): \(login.body)")
        }
        binary.signal(SIGTERM)
    }

    @Test("Every secret setting can be in a file")
    func others() async throws {
        let (binary, ready) = try await Binary.ready(
            environment: ["MCP_STATIC_DEBUG_TOKEN_FILE": "token", "MCP_STATIC_STORE_FILE": "store"],
            files: ["token": "a-debug-token-of-32-characters-00\n", "store": "memory\n"])
        #expect(try await TestClient(port: ready.port).get("/debug/report").status == 401)
        binary.signal(SIGTERM)
    }

    @Test(
        "A mistake ends with 78 and names the variable, never the content",
        arguments: [
            (["MCP_STATIC_CLIENT_SECRET_FILE": "gone"], "", "MCP_STATIC_CLIENT_SECRET_FILE: gone: No such file"),
            (["MCP_STATIC_CLIENT_SECRET_FILE": ""], "", "MCP_STATIC_CLIENT_SECRET_FILE: It is empty; give a path"),
            (["MCP_STATIC_CLIENT_SECRET_FILE": "empty"], "", "MCP_STATIC_CLIENT_SECRET_FILE: It is empty"),
            (["MCP_STATIC_CLIENT_SECRET_FILE": "lines"], "", "_FILE: lines: It has more than one line"),
            (["MCP_STATIC_CLIENT_SECRET_FILE": "/"], "", "MCP_STATIC_CLIENT_SECRET_FILE: /: Is a directory"),
            (["MCP_STATIC_USER_FILE": "secret"], "", "MCP_STATIC_USER_FILE: A value does not have the form"),
            (["MCP_STATIC_STORE_FILE": "secret"], "", "MCP_STATIC_STORE_FILE: It is not one of memory"),
            (
                ["MCP_STATIC_CLIENT_SECRET_FILE": "secret", "MCP_STATIC_CLIENT_SECRET": "x"], "",
                "MCP_STATIC_CLIENT_SECRET_FILE: MCP_STATIC_CLIENT_SECRET is set as well"
            ),
            (
                [:], "MCP_STATIC_USER_FILE=secret\nMCP_STATIC_USER=a:b",
                ".env: MCP_STATIC_USER_FILE: MCP_STATIC_USER is set as well"
            ),
            // The client's identifier is no secret.
            (["MCP_STATIC_CLIENT_ID_FILE": "secret"], "", "MCP_STATIC_CLIENT_ID_FILE: There is no such setting"),
        ] as [([String: String], String, String)])
    func mistakes(environment: [String: String], lines: String, message: String) async throws {
        let binary = try Binary(
            ["--port", "0"], environment: environment,
            files: [".env": lines, "secret": "hide-me", "empty": "\n", "lines": "hide-me\n\n"])
        #expect(await binary.exitCode() == 78)
        #expect(binary.standardError.contains(message), "\(binary.standardError)")
        #expect(!binary.standardError.contains("hide-me"))
    }
}

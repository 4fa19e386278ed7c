import Foundation
import MCPCore
import Testing
import TestSupport

@Suite("Safe defaults")
struct SafetyTests {
    @Test(
        "A server that other machines can reach does not start with public default credentials",
        arguments: [["--host", "0.0.0.0"], ["--public-url", "https://mcp.example.com"]])
    func offLoopback(flags: [String]) async throws {
        let binary = try Binary(flags + ["--port", "0", "--auto-approve"])
        #expect(await binary.exitCode() == 78)
        for name in ["--client-secret: The default secret", "--user: 'demo_user'", "--auto-approve: It lets"] {
            #expect(binary.standardError.contains(name), "\(binary.standardError)")
        }
    }

    @Test(
        "Each default refuses the start alone, and so does plain http behind a proxy",
        arguments: [
            (["--host", "0.0.0.0", "--user", "ann:x"], [:], "--client-secret: The default secret"),
            (["--host", "0.0.0.0"], ["MCP_STATIC_CLIENT_SECRET": "own"], "--user: 'demo_user'"),
            (
                ["--host", "0.0.0.0", "--user", "ann:x", "--auto-approve=ann"],
                ["MCP_STATIC_CLIENT_SECRET": "own"], "--auto-approve: It lets"
            ),
            (
                ["--public-url", "http://mcp.example.com", "--user", "ann:x"],
                ["MCP_STATIC_CLIENT_SECRET": "own"], "--public-url: Tokens would cross"
            ),
        ] as [([String], [String: String], String)])
    func oneOffence(flags: [String], environment: [String: String], message: String) async throws {
        let binary = try Binary(flags + ["--port", "0"], environment: environment)
        #expect(await binary.exitCode() == 78)
        #expect(binary.standardError.contains(message), "\(binary.standardError)")
        #expect(binary.standardError.contains("A setting is wrong"))
    }

    @Test("With its own credentials a server may be reached by others, and warns that plain http is not safe")
    func ownCredentials() async throws {
        let (binary, ready) = try await Binary.ready(
            ["--host", "0.0.0.0", "--user", "ann:secret-1"], environment: ["MCP_STATIC_CLIENT_SECRET": "secret-2"])
        #expect(try await TestClient(port: try ready.port).get("/healthz").status == 200)
        #expect(await eventually { binary.standardError.contains("plain http") })
        #expect(!binary.standardError.contains("secret-1"))
        #expect(!binary.standardError.contains("secret-2"))
    }

    @Test(
        "The banner warns when forwarding the port exposes /debug",
        arguments: [
            ([], [:], true), (["--no-debug"], [:], false),
            ([], ["MCP_STATIC_DEBUG_TOKEN": "ci-debug-token-0001"], false),
            (
                ["--public-url", "https://mcp.example.com", "--user", "ann:secret-1"],
                ["MCP_STATIC_CLIENT_SECRET": "secret-2"], false
            ),
        ] as [([String], [String: String], Bool)])
    func forwarding(flags: [String], environment: [String: String], isSaid: Bool) async throws {
        let (binary, _) = try await Binary.ready(flags, environment: environment)
        #expect(await eventually { binary.standardError.contains("is ready.") })
        #expect(binary.standardError.contains("forwarding this port to others gives them /debug too") == isSaid)
    }

    @Test("A server on loopback is unreachable at other addresses of the machine", .proves(.onlyLoopbackIsBound))
    func loopbackOnly() async throws {
        let (binary, ready) = try await Binary.ready()
        let port = try ready.port
        // A server on 0.0.0.0 would answer at 127.0.0.2, an address of this machine.
        await #expect(throws: RawConnection.ConnectError.self) {
            _ = try await RawConnection(address: "127.0.0.2", port: port)
        }
        _ = try await RawConnection(address: "127.0.0.1", port: port)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("A port in use ends with 69 and is named")
    func portInUse() async throws {
        let (first, ready) = try await Binary.ready()
        let readyFile = first.directory.appending(path: "ready.json")
        let second = try Binary(["--port", "\(try ready.port)", "--ready-file", readyFile.path])
        #expect(await second.exitCode() == 69)
        #expect(second.standardError.contains("Port \(try ready.port) is in use"))
        #expect(FileManager.default.fileExists(atPath: readyFile.path), "the running server's file was removed")
        first.signal(SIGTERM)
        #expect(await first.exitCode() == 0)
    }

    @Test("Secrets given as arguments disappear from the process list")
    func processList() async throws {
        let (binary, _) = try await Binary.ready([
            "--client-secret", "hide-me-1", "--user=ann:hide-me-2", "--user", "bob:hide-me-3",
            // The URL of a store may hold a password, so this one does not come from the table.
            "--store", "memory",
        ])
        let line = try String(contentsOf: URL(filePath: "/proc/\(binary.pid)/cmdline"), encoding: .utf8)
        #expect(line.contains("--client-secret"))
        #expect(!line.contains("hide-me"))
        #expect(line.contains("--store\u{0}xxxxxx\u{0}"))
    }

    @Test(
        "No log contains a secret, at the most verbose level; the banner alone has the public defaults",
        .proves(.secretsAreNeverPrinted),
        arguments: ["text", "json"])
    func noSecretsInOutput(format: String) async throws {
        let (binary, ready) = try await Binary.ready(["--log-level", "debug", "--log-format", format])
        let client = TestClient(port: try ready.port)
        let flow = try await Flow(client).logIn()
        let tokens = try await flow.redeem()
        _ = try await client.callEcho("hello", token: tokens.accessToken)
        _ = try await client.get("/mcp?access_token=\(tokens.accessToken)")
        _ = try await flow.redeem(["client_secret": "wrong-secret-1"], expecting: 401)
        _ = try await Flow(client).submitLogin(password: "wrong-password-1")
        let refreshed = try await flow.refresh(tokens.refreshToken)
        let own = try await flow.token(["grant_type": "client_credentials"])
        _ = try await flow.redeem(expecting: 400)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
        var output = binary.standardError + binary.standardOutput
        if let banner = output.range(of: "Start page") { output.removeSubrange(..<banner.upperBound) }
        #expect(output.contains("/token"))
        for secret in [
            flow.code, Flow.verifier, tokens.accessToken, tokens.refreshToken ?? "-", "demo_password",
            "your-secret-key-change-this-in-production", "wrong-secret-1", "wrong-password-1", refreshed.accessToken,
            refreshed.refreshToken ?? "-", own.accessToken,
        ] {
            #expect(!output.contains(secret))
        }
    }
}

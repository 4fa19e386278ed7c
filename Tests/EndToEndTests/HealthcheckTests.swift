import Foundation
import Testing
import TestSupport

@Suite("healthcheck, for containers")
struct HealthcheckTests {
    private func check(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Binary {
        let check = try Binary(["healthcheck"] + arguments, environment: environment)
        _ = await check.exitCode()
        return check
    }

    private static let secrets = [
        "MCP_STATIC_CLIENT_SECRET": "a secret", "MCP_STATIC_USER": "ann:a password",
        "MCP_STATIC_DEBUG_TOKEN": "a-debug-token-of-32-characters-00",
    ]

    @Test(
        "A server that answers is well, wherever it listens and whatever name it has outside",
        arguments: [
            [:], ["MCP_STATIC_HOST": "127.0.0.1"], ["MCP_STATIC_HOST": "::1"],
            secrets.merging(["MCP_STATIC_PUBLIC_URL": "https://mcp.example.com"]) { $1 },
            secrets.merging(["MCP_STATIC_HOST": "0.0.0.0"]) { $1 }, secrets.merging(["MCP_STATIC_HOST": "::"]) { $1 },
        ])
    func well(environment: [String: String]) async throws {
        let (server, ready) = try await Binary.ready(environment: environment)
        // As in a container: with the variables of the server, its port among them.
        let variables = try environment.merging(["MCP_STATIC_PORT": String(ready.port)]) { $1 }
        let check = try await check([], variables)
        #expect(await check.exitCode() == 0, "\(check.standardError)")
        #expect(check.standardOutput == "{\"status\":\"ok\"}\n")
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Without a server the exit code is 1, and with a bad URL 64")
    func notWell() async throws {
        let (server, ready) = try await Binary.ready()
        let url = "http://localhost:\(try ready.port)"
        #expect(try await check(["--url", url]).exitCode() == 0)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
        let check = try await check(["--url", url])
        #expect(await check.exitCode() == 1)
        #expect(check.standardError.contains("\(url) is not well: "), "\(check.standardError)")
        #expect(try await self.check(["--url", "localhost"]).exitCode() == 64)
    }
}

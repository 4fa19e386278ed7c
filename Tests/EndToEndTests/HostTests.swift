import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Names by which clients reach the server")
struct HostTests {
    private func status(_ client: TestClient, _ host: String) async throws -> Int {
        try await client.get("/.well-known/oauth-authorization-server", [("Host", host)]).status
    }

    /// The flags in the hint of a refused `Host`.
    private func flags(_ client: TestClient, _ host: String) async throws -> [String] {
        let answer = try await client.get("/", [("Host", host), ("Accept", "application/json")])
        #expect(answer.status == 403)
        let hint = try #require(answer.json["hint"]?.string)
        let start = try #require(hint.firstRange(of: "start the server with ")).upperBound
        let end = try #require(hint[start...].firstRange(of: ". ") ?? hint[start...].firstRange(of: "."))
        return hint[start..<end.lowerBound].split(separator: " ").map(String.init)
    }

    @Test(
        "A server that is started as the hint about a Host says accepts it",
        arguments: ["host.docker.internal", "build-7"])
    func advice(name: String) async throws {
        let (first, ready) = try await Binary.ready()
        let port = try ready.port
        let host = "\(name):\(port)"
        let flags = try await flags(TestClient(port: port), host)
        first.signal(SIGTERM)
        _ = await first.exitCode()
        // On another free port, which its clients reach as before.
        let (second, again) = try await Binary.ready(flags)
        #expect(try await status(TestClient(port: try again.port), host) == 200)
        second.signal(SIGTERM)
        #expect(await second.exitCode() == 0)
    }

    @Test("With credentials of its own, less has to be set")
    func ownCredentials() async throws {
        let own = ["--client-secret", "s3cret-of-its-own", "--user", "ann:her-own-password"]
        let (server, ready) = try await Binary.ready(own)
        let client = TestClient(port: try ready.port)
        let answer = try await client.get("/", [("Host", "mcp.example.com"), ("Accept", "application/json")])
        #expect(answer.json["hint"]?.string?.contains("--public-url http://mcp.example.com --host 0.0.0.0.") == true)
        server.signal(SIGTERM)
        _ = await server.exitCode()
    }

    @Test("A name under localhost is this machine, for the server and for the client")
    func localhost() async throws {
        let (server, ready) = try await Binary.ready()
        let port = try ready.port
        let plain = TestClient(port: port)
        #expect(try await status(plain, "my-mcp.localhost:\(port)") == 200)
        for host in ["evil-localhost", "localhost.evil.example", "localhost.", "a..localhost"] {
            #expect(try await status(plain, "\(host):\(port)") == 403, "\(host)")
        }
        let (client, url) = (try ClientBinary(), "http://my-mcp.localhost:\(port)/mcp")
        let found = try await client.run(["discover", url, "--output", "json"])
        #expect(found.json["issuer"]?.string == "http://my-mcp.localhost:\(port)", "\(found.errors)")
        #expect(try await client.logIn(url).code == 0)
        let called = try await client.run(["call", url, "echo", "message=x"])
        #expect(called.code == 0, "\(called.errors)")
        #expect(try await client.run(["discover", "http://evil-localhost:\(port)/mcp"]).code == 64)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("A public URL under localhost needs no https and no credentials of its own, and keeps /debug")
    func publicURL() async throws {
        let (server, ready) = try await Binary.ready(["--public-url", "http://app.localhost:8080"])
        #expect(ready.string("base_url") == "http://app.localhost:8080")
        let client = TestClient(port: try ready.port)
        #expect(try await client.get("/debug/requests", [("Host", "app.localhost:8080")]).status == 200)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }
}

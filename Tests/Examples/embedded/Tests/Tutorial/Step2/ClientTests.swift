import Foundation
import MCP
import StaticAuthServer
import Testing

@Suite struct ClientTests {
    /// Runs a test against a server of its own, and stops it whatever happens.
    private func withServer(_ body: (StaticAuthServer, URL) async throws -> Void) async throws {
        var settings = Settings()
        settings.port = 0
        let server = try await StaticAuthServer.start(settings)
        do {
            let url = try #require(URL(string: server.mcpURL))
            try await body(server, url)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test("A wrong token is refused")
    func wrongToken() async throws {
        try await withServer { _, url in
            let answer = try await Client(server: url, token: "wrong").call("get_time")
            #expect(answer.status == 401)
        }
    }
}

import Foundation
import MCP
import StaticAuthServer
import Testing

@Suite struct ClientTests {
    @Test("A wrong token is refused")
    func wrongToken() async throws {
        var settings = Settings()
        settings.port = 0
        let server = try await StaticAuthServer.start(settings)
        let url = try #require(URL(string: server.mcpURL))
        let answer = try await Client(server: url, token: "wrong").call("get_time")
        #expect(answer.status == 401)
        await server.stop()
    }
}

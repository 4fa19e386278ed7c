import Foundation
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// An example of a client's tests; `callEcho` stands for the client.
@Suite struct ClientTests {
    private func callEcho(_ server: AuthServer, _ token: String) async throws -> (Data, HTTPURLResponse?) {
        var request = URLRequest(url: server.mcpURL)
        request.httpMethod = "POST"
        request.allHTTPHeaderFields = [
            "Authorization": "Bearer \(token)", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call", "Mcp-Name": "echo",
        ]
        request.httpBody = Data(
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hello"},
             "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                      "io.modelcontextprotocol/clientCapabilities":{}}}}
            """.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        return (data, response as? HTTPURLResponse)
    }

    @Test("A tool answers")
    func call() async throws {
        let server = try await AuthServer()
        let token = try #require(try await server.debug("tokens/issue")["access_token"] as? String)
        let (data, response) = try await callEcho(server, token)
        #expect(response?.statusCode == 200)
        #expect(String(decoding: data, as: UTF8.self).contains("hello"))
    }

    @Test("An expired token is refused")
    func expiry() async throws {
        let server = try await AuthServer()
        let token = try #require(try await server.debug("tokens/issue")["access_token"] as? String)
        _ = try await server.debug("clock", ["advance": 3600])
        let (_, response) = try await callEcho(server, token)
        #expect(response?.statusCode == 401)
        #expect(response?.value(forHTTPHeaderField: "WWW-Authenticate")?.contains("invalid_token") == true)
    }
}

import Foundation
import Logging
import MCP
import MCPCore
import Primitives
import StaticAuthServer
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A tool of the test, in addition to those of the server.
struct Greeting: Tool {
    let name = "greet"
    let description = "Greets."
    let inputSchema: JSONObject = ["type": "object"]
    let outputSchema: JSONObject? = nil
    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject { ["text": "hello"] }
}

@Suite struct EmbeddedTests {
    /// Issues a token without a login.
    private func issueToken(at base: String) async throws -> String {
        var request = URLRequest(url: try #require(URL(string: "\(base)/debug/tokens/issue")))
        request.httpMethod = "POST"
        request.httpBody = Data("{}".utf8)
        let (data, _) = try await URLSession.shared.data(for: request)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(object?["access_token"] as? String)
    }

    @Test("A client with a module named MCP is tested against an embedded server")
    func embedded() async throws {
        var settings = Settings()
        settings.port = 0
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "auth") { _ in
            LineLogHandler(format: .json) { line in lines.withLock { $0.append(line) } }
        }
        let server = try await StaticAuthServer.start(settings, tools: [Greeting()], logger: logger)
        do {
            let url = try #require(URL(string: server.mcpURL))
            let good = try await Client(server: url, token: issueToken(at: server.baseURL)).call("greet")
            #expect(good.status == 200)
            #expect(good.body.contains("hello"))
            #expect(try await Client(server: url, token: "wrong").call("greet").status == 401)
            let last = lines.withLock { $0.last } ?? ""
            #expect(last.contains(#""tool":"greet""#) && last.contains(#""status":"401""#), "\(last)")
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}

import Foundation
import Logging
import MCP
import StaticAuthServer
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite struct ClientTests {
    /// Runs a test against a server of its own, and stops it whatever happens.
    private func withServer(_ body: (StaticAuthServer, URL) async throws -> Void) async throws {
        var settings = Settings()
        settings.port = 0
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "auth") { _ in
            LineLogHandler(level: .debug) { line in lines.withLock { $0.append(line) } }
        }
        let server = try await StaticAuthServer.start(settings, logger: logger)
        do {
            let url = try #require(URL(string: server.mcpURL))
            try await body(server, url)
            let report = try await debug(server, "report")
            #expect(report["failed"] as? Int == 0, "\(report)")
        } catch {
            print(lines.withLock { $0.joined(separator: "\n") })
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Steers the server: what `/debug` offers to a person, it offers to a test.
    private func debug(
        _ server: StaticAuthServer, _ path: String, _ document: String? = nil
    ) async throws -> [String: Any] {
        var request = URLRequest(url: try #require(URL(string: "\(server.baseURL)/debug/\(path)")))
        if let document {
            request.httpMethod = "POST"
            request.httpBody = Data(document.utf8)
        }
        let (data, _) = try await URLSession.shared.data(for: request)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("A wrong token is refused")
    func wrongToken() async throws {
        try await withServer { _, url in
            let answer = try await Client(server: url, token: "wrong").call("get_time")
            #expect(answer.status == 401)
        }
    }

    @Test("A token without a login is enough for a call")
    func call() async throws {
        try await withServer { server, url in
            let token = try #require(try await debug(server, "tokens/issue", "{}")["access_token"] as? String)
            #expect(try await Client(server: url, token: token).call("get_time").status == 200)
        }
    }

    @Test("An expired token is refused, an hour later")
    func expiry() async throws {
        try await withServer { server, url in
            let issued = try await debug(server, "tokens/issue", #"{"ttl": 3600}"#)
            let token = try #require(issued["access_token"] as? String)
            let client = Client(server: url, token: token)
            #expect(try await client.call("get_time").status == 200)
            _ = try await debug(server, "clock", #"{"advance": 3600}"#)
            #expect(try await client.call("get_time").status == 401)
        }
    }

    @Test("A server that fails once is asked again")
    func fault() async throws {
        try await withServer { server, url in
            let token = try #require(try await debug(server, "tokens/issue", "{}")["access_token"] as? String)
            _ = try await debug(server, "faults", #"{"endpoint": "mcp", "fault": {"status": 503}}"#)
            let client = Client(server: url, token: token)
            #expect(try await client.call("get_time").status == 503)
            #expect(try await client.call("get_time").status == 200)
        }
    }
}

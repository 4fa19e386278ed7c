import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A stand-in for the client under test.
public struct Client: Sendable {
    private let server: URL
    private let token: String

    /// Takes the URL of the MCP server and an access token for it.
    public init(server: URL, token: String) {
        self.server = server
        self.token = token
    }

    /// Calls a tool and returns the status and the text of the answer.
    public func call(_ tool: String) async throws -> (status: Int, body: String) {
        var request = URLRequest(url: server)
        request.httpMethod = "POST"
        request.allHTTPHeaderFields = [
            "Authorization": "Bearer \(token)", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
            "Mcp-Method": "tools/call", "Mcp-Name": tool,
        ]
        request.httpBody = Data(
            """
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\(tool)","arguments":{},
             "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                      "io.modelcontextprotocol/clientCapabilities":{}}}}
            """.utf8)
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }
}

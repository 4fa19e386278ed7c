import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("Dynamic registration")
struct RegisterTests {
    @Test(
        "Any attempt is 403 and names the client to use",
        arguments: ["POST", "GET", "PUT", "DELETE", "PATCH"])
    func refused(method: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.send(
                method, "/register", [("Content-Type", "application/json")],
                body: #"{"redirect_uris":["http://localhost/callback"],"client_name":"x"}"#)
            #expect(answer.status == 403)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.json["error"]?.string == "access_denied")
            #expect(
                answer.json["error_description"]?.string
                    == "Dynamic client registration is disabled; use the pre-registered client.")
            #expect(answer.json["client_id"]?.string == "static-mcp-client-001")
            #expect(!answer.body.contains("your-secret-key"))
        }
    }

    @Test("A browser gets a page that names what to do instead, too")
    func page() async throws {
        try await withTestServer { client, _ in
            let page = try await client.get("/register", [("Accept", "text/html")])
            #expect(page["Content-Type"]?.hasPrefix("text/html") == true)
            #expect(page.body.contains("Configure your client with this client_id and the client secret"))
        }
    }
}

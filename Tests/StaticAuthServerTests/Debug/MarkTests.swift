import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Faults and scenarios are marked")
struct MarkTests {
    @Test("Faults and scenarios appear in the flow, the diagram, the archive and the entry's page")
    func marks() async throws {
        try await withTestServer { client, _ in
            _ = try await client.callEcho("hi", token: nil)
            _ = try await client.debug("/scenario", ["name": "issuer-slash"], method: "PUT")
            _ = try await client.get("/.well-known/oauth-authorization-server")
            _ = try await client.debug("/scenario", nil, method: "DELETE")
            _ = try await client.debug("/faults", ["endpoint": "resource-metadata", "fault": ["preset": "html-500"]])
            _ = try await client.get("/.well-known/oauth-protected-resource/mcp")

            let flow = try await client.flow(1)
            #expect(flow.steps("scenario") == ["", "issuer-slash", ""])
            #expect(flow.steps("fault") == ["", "", "fault 1: html-500"])

            let diagram = try await client.get("/debug/flows/1?format=markdown").body
            #expect(
                diagram.contains(
                    """
                        Note over C,M: scenario issuer-slash from here on
                        C->>A: GET /.well-known/oauth-authorization-server
                        A-->>C: 200 OK
                        Note over C,M: no scenario from here on
                        C->>A: GET /.well-known/oauth-protected-resource/mcp
                        Note over A: fault 1: html-500
                        A-->>C: 500 Internal Server Error
                    """))

            let archive = try await client.get("/debug/requests?format=har").json["log"]?.object
            let entries = archive?["entries"]?.array?.compactMap(\.object) ?? []
            #expect(entries.map { $0["_scenario"]?.string } == [nil, "issuer-slash", nil])
            #expect(entries.map { $0["_fault"]?.string } == [nil, nil, "fault 1: html-500"])

            let page = try await client.get("/debug/requests/3", [("Accept", "text/html")])
            #expect(page.body.contains("on purpose: fault 1: html-500."))
        }
    }

    @Test("A faulted call is a step of its own among many successful ones")
    func amongMany() async throws {
        try await withTestServer { client, _ in
            let token = try await client.clientCredentialsToken()
            for _ in 0..<70 { _ = try await client.modern("tools/list", token: token) }
            _ = try await client.debug("/faults", ["endpoint": "mcp", "fault": ["preset": "empty-200"]])
            _ = try await client.modern("tools/list", token: token)
            _ = try await client.modern("tools/list", token: token)
            let flow = try await client.flow(1)
            #expect(flow.steps("fault").filter { !$0.isEmpty } == ["fault 1: empty-200"])
            #expect(flow["requests"]?.number?.intValue == 73)
        }
    }
}

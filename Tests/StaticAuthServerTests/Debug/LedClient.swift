import MCPCore
import OAuth
import Primitives
import TestSupport

/// A client that a test leads step by step; each of its logins has a verifier and a state of its own.
struct LedClient {
    /// Sends the client's own requests.
    let http: TestClient
    /// Sends those of the person's browser.
    private let browser: TestClient

    init(_ client: TestClient, agent: String = "led/1") {
        (http, browser) = (client.naming(agent), client.naming("Mozilla/5.0"))
    }

    var resource: [String: String?] { ["resource": http.origin + "/mcp"] }

    /// The token endpoint with the client's credentials.
    var tokens: Flow { Flow(http) }

    func challenge() async throws { _ = try await http.callEcho("who am I", token: nil) }

    func discover() async throws {
        _ = try await http.get("/.well-known/oauth-protected-resource/mcp")
        _ = try await http.get("/.well-known/oauth-authorization-server")
    }

    /// Opens the login page.
    func authorize(_ number: Int, scope: String = "user", _ changes: [String: String?] = [:]) async throws -> Flow {
        let own: [String: String?] = [
            "state": "led-state-\(number)", "scope": scope,
            "code_challenge": Base64.url.encode(Digest(of: verifier(number)).bytes),
        ]
        let flow = Flow(browser, resource.merging(own) { $1 }.merging(changes) { $1 })
        _ = try await browser.get(flow.target)
        return flow
    }

    /// The form that redeems a code.
    func form(_ number: Int, code: String) -> [String: String?] {
        let own: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier(number),
            "redirect_uri": "http://localhost:3031/callback",
        ]
        return resource.merging(own) { $1 }
    }

    /// Logs in, and redeems the code.
    func logIn(_ number: Int, scope: String = "user") async throws -> Flow.Tokens {
        let flow = try await authorize(number, scope: scope).logIn()
        return try await tokens.token(form(number, code: flow.code))
    }

    func refresh(
        _ token: String?, _ changes: [String: String?] = [:], expecting status: Int = 200
    ) async throws -> Flow.Tokens {
        try await tokens.refresh(token, resource.merging(changes) { $1 }, expecting: status)
    }

    /// Calls a tool, in the stateless revision.
    func call(_ tool: String = "echo", token: String) async throws -> TestClient.Answer {
        let arguments: JSONObject = tool == "echo" ? ["message": "hi"] : [:]
        return try await http.modern(
            "tools/call", ["name": .string(tool), "arguments": .object(arguments)], token: token)
    }

    /// Opens a session, and says that it is ready.
    func open(token: String) async throws -> String {
        let session = try await http.openSession(token: token)
        _ = try await list(in: session, token: token, "notifications/initialized", id: nil)
        return session
    }

    /// Sends a message in a session.
    @discardableResult
    func list(
        in session: String, token: String?, _ method: String = "tools/list", id: JSONValue? = 1
    ) async throws -> TestClient.Answer {
        try await http.legacy(
            method, id: id, session: session, token: token, [("MCP-Protocol-Version", "2025-11-25")])
    }

    func end(_ session: String, token: String) async throws {
        let own = [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]
        _ = try await http.send("DELETE", "/mcp", TestClient.fields(token: token) + own)
    }

    private func verifier(_ number: Int) -> String { "led-\(number)-" + String(repeating: "v", count: 43) }
}

extension TestClient {
    fileprivate func naming(_ agent: String) -> TestClient {
        var client = self
        client.agent = agent
        return client
    }

    /// The ids of the rules that the clients failed.
    func failed() async throws -> [String] { try await get("/debug/report").verdicts("FAIL") }

    /// Switches a scenario on; nil restores that of the start.
    func play(scenario name: String?) async throws {
        let body = name.map { #"{"name":"\#($0)"}"# }
        _ = try await send(name == nil ? "DELETE" : "PUT", "/debug/scenario", body: body)
    }
}

import MCPCore
import OAuth
import Primitives
import TestSupport

/// A small client that is correct, except for one chosen mistake.
struct SmallClient {
    /// Sends the client's own requests.
    private(set) var http: TestClient
    /// Sends those of the person's browser.
    private(set) var browser: TestClient
    let clock: FixedClock
    /// The mistake.
    var fault: Fault?
    /// A letter that the client's states and verifiers have, so that no other client's are equal.
    let letter: String
    /// The time between two requests of a repetition; none for a client that is as fast as the machine.
    var pause = Duration.seconds(1)

    /// Makes a client.
    ///
    /// - Parameter agent: the client's name for itself, if it has one.
    init(_ client: TestClient, _ clock: FixedClock, _ fault: Fault? = nil, agent: String? = nil, letter: String = "a") {
        (http, browser, self.clock, self.fault, self.letter) = (client, client, clock, fault, letter)
        if let agent {
            http.agent = agent
            browser.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        }
    }

    /// The possible mistakes, each by the id of the rule that it breaks.
    enum Fault: String, CaseIterable {
        case responseType = "response-type"
        case clientID = "known-client"
        case redirect = "registered-redirect"
        case plainChallenge = "pkce-s256"
        case sameVerifier = "pkce-fresh"
        case noState = "state-sent"
        case sameState = "state-fresh"
        case noResourceInAuthorization = "resource-authorize"
        case narrowScope = "scope-challenge"
        case noStepUp = "scope-step-up"
        case noResourceMetadata = "resource-metadata"
        case noServerMetadata = "server-metadata"
        case registers = "no-registration"
        case tokenRequestInJSON = "token-form"
        case authenticatesTwice = "auth-one"
        case wrongSecret = "auth-right"
        case redeemsTwice = "code-once"
        case otherVerifier = "pkce-verifier"
        case otherRedirect = "redirect-same"
        case noResourceInToken = "resource-token"
        case otherResource = "resource-same"
        case noResourceInRefresh = "resource-refresh"
        case refreshesTwiceAtOnce = "refresh-once"
        case refreshesWithOldToken = "refresh-newest"
        case refreshesInALoop = "refresh-no-loop"
        case tokenInURL = "token-header"
        case forgetsToken = "token-always"
        case storms = "no-retry-storm"
        case acceptsJSONOnly = "accept"
        case plainText = "content-type"
        case noVersionOfRPC = "json-rpc"
        case answersUnasked = "asked-response"
        case otherMethodInHeader = "modern-headers"
        case forgetsSession = "session-sent"
        case noVersionHeader = "version-header"
        case notInitialized = "initialized"
        case keepsDeadSession = "session-again"
    }

    private static let secret = "your-secret-key-change-this-in-production"
    private static let redirectURI = "http://localhost:3031/callback"

    /// Runs a whole client, in two revisions of MCP.
    func live() async throws {
        let first = try await authorize(number: 1)
        try await talkModern(first)
        let refreshed = try await refresh(first)
        try await talkLegacy(refreshed)
        _ = try await authorize(number: 2)
        if fault == .storms {
            for _ in 0..<5 {
                clock.advance(by: pause)
                _ = try await http.callEcho("again", token: "no-token-of-this-server-\(letter)")
            }
        }
    }

    // MARK: - Tokens

    private func authorize(number: Int) async throws -> Flow.Tokens? {
        _ = try await http.callEcho("who am I", token: nil)
        if fault != .noResourceMetadata { _ = try await http.get("/.well-known/oauth-protected-resource/mcp") }
        if fault != .noServerMetadata { _ = try await http.get("/.well-known/oauth-authorization-server") }
        if fault == .registers { _ = try await http.send("POST", "/register") }
        let verifier = letter + String(repeating: fault == .sameVerifier ? "v" : "\(number)", count: 42)
        let state = "state-\(letter)" + (fault == .sameState ? "" : "\(number)")
        var flow = Flow(browser, authorization(verifier, state: state))
        let target = try await browser.get(flow.target)
        guard target["Location"]?.contains("/login?") == true else { return nil }
        flow = try await flow.logIn()
        return try await redeem(flow, verifier)
    }

    private func authorization(_ verifier: String, state: String) -> [String: String?] {
        var parameters: [String: String?] = [
            "code_challenge": Base64.url.encode(Digest(of: verifier).bytes), "state": state, "scope": "user",
            "resource": http.origin + "/mcp",
        ]
        switch fault {
        case .responseType: parameters["response_type"] = "token"
        case .clientID: parameters["client_id"] = "somebody"
        case .redirect: parameters["redirect_uri"] = "https://elsewhere.example/callback"
        case .plainChallenge: parameters["code_challenge_method"] = "plain"
        case .noState: parameters["state"] = .some(nil)
        case .noResourceInAuthorization: parameters["resource"] = .some(nil)
        case .narrowScope: parameters["scope"] = .some(nil)
        default: break
        }
        return parameters
    }

    private func redeem(_ flow: Flow, _ verifier: String) async throws -> Flow.Tokens? {
        var form: [String: String?] = [
            "grant_type": "authorization_code", "code": flow.code, "code_verifier": verifier,
            "redirect_uri": Self.redirectURI, "resource": http.origin + "/mcp",
        ]
        var fields: [(String, String)] = []
        switch fault {
        case .wrongSecret: form["client_secret"] = "wrong"
        case .otherVerifier: form["code_verifier"] = String(repeating: "w", count: 43)
        case .otherRedirect: form["redirect_uri"] = "http://localhost:3032/callback"
        case .noResourceInToken: form["resource"] = .some(nil)
        case .otherResource: form["resource"] = http.origin + "/other"
        case .authenticatesTwice:
            let pair = Base64.standard.encode(Array("\(flow.credentials.0):\(Self.secret)".utf8))
            fields = [("Authorization", "Basic \(pair)")]
        case .tokenRequestInJSON:
            _ = try await http.send("POST", "/token", [("Content-Type", "application/json")], body: "{}")
            return nil
        default: break
        }
        let pairs = ["client_id": flow.credentials.0, "client_secret": flow.credentials.1].merging(form) { $1 }
            .compactMap { name, value in value.map { (name, $0) } }
        let answer = try await http.post("/token", form: pairs, fields)
        if fault == .redeemsTwice {
            _ = try await http.post("/token", form: pairs, fields)
            return nil
        }
        return Flow.Tokens(answer)
    }

    private func refresh(_ tokens: Flow.Tokens?) async throws -> Flow.Tokens? {
        guard let tokens else { return nil }
        let flow = Flow(http)
        let resource: [String: String?] = fault == .noResourceInRefresh ? [:] : ["resource": http.origin + "/mcp"]
        if fault == .refreshesInALoop {
            for _ in 0..<2 {
                _ = try await flow.refresh("no-token-of-this-server-\(letter)", resource, expecting: 400)
                clock.advance(by: pause)
            }
        }
        if fault == .refreshesTwiceAtOnce {
            try await refreshAtOnce(tokens.refreshToken ?? "", times: 3)
            return nil
        }
        let second = try await flow.refresh(tokens.refreshToken, resource)
        switch fault {
        case .refreshesWithOldToken:
            clock.advance(by: pause * 60)
            _ = try await flow.refresh(tokens.refreshToken, resource, expecting: 400)
        default:
            let third = try await flow.refresh(second.refreshToken, resource)
            _ = try await http.callEcho("refreshed", token: third.accessToken)
            return third
        }
        return nil
    }

    /// Sends several requests with one refresh token, before any is answered.
    private func refreshAtOnce(_ token: String, times: Int) async throws {
        let credentials = Flow(http).credentials
        let form = TestClient.encode([
            ("grant_type", "refresh_token"), ("refresh_token", token), ("resource", http.origin + "/mcp"),
            ("client_id", credentials.0), ("client_secret", credentials.1),
        ])
        let fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Connection", "close")]
        var connections: [RawConnection] = []
        for _ in 0..<times { connections.append(try await RawConnection(port: http.port)) }
        for connection in connections { await connection.send(http.head("POST", "/token", fields, form)) }
        for connection in connections { _ = await connection.readToEnd() }
    }

    // MARK: - Messages

    private func talkModern(_ tokens: Flow.Tokens?) async throws {
        guard let token = tokens?.accessToken else { return }
        var (fields, body) = TestClient.modernRequest("tools/list", token: token)
        var target = "/mcp"
        func replace(_ name: String, _ value: String) {
            fields.removeAll { $0.0 == name }
            fields.append((name, value))
        }
        switch fault {
        case .tokenInURL:
            target += "?access_token=\(token)"
            fields.removeAll { $0.0 == "Authorization" }
        case .acceptsJSONOnly: replace("Accept", "application/json")
        case .plainText: replace("Content-Type", "text/plain")
        case .otherMethodInHeader: replace("Mcp-Method", "tools/call")
        case .noVersionOfRPC: body = #"{"id":1,"method":"tools/list"}"#
        default: break
        }
        _ = try await http.send("POST", target, fields, body: body)
        if fault == nil || fault == .noStepUp { try await stepUp(token) }
    }

    /// Calls a tool that needs a further scope; a test's server that has one names it `more`.
    private func stepUp(_ token: String) async throws {
        let refused = try await http.modern("tools/call", ["name": "get_time", "arguments": [:]], token: token)
        guard refused.status == 403 else { return }
        let verifier = letter + String(repeating: "s", count: 42)
        var parameters = authorization(verifier, state: "step-up-\(letter)")
        parameters["scope"] = fault == .noStepUp ? "user" : "user more"
        let flow = Flow(browser, parameters)
        _ = try await browser.get(flow.target)
        _ = try await redeem(try await flow.logIn(), verifier)
    }

    private func talkLegacy(_ tokens: Flow.Tokens?) async throws {
        guard let token = tokens?.accessToken else { return }
        let version = fault == .noVersionHeader ? [] : [("MCP-Protocol-Version", "2025-11-25")]
        var session = try await http.openSession(token: token)
        if fault != .notInitialized {
            _ = try await http.legacy(
                "notifications/initialized", id: nil, session: session, token: token, version)
        }
        _ = try await http.legacy("tools/list", session: session, token: token, version)
        if fault == .answersUnasked {
            let answer = #"{"jsonrpc":"2.0","id":"ping-1","result":[]}"#
            let fields = TestClient.fields(token: token) + [("Mcp-Session-Id", session)] + version
            _ = try await http.send("POST", "/mcp", fields, body: answer)
        }
        if fault == .forgetsSession { _ = try await http.legacy("tools/list", token: token, version) }
        if fault == .forgetsToken { _ = try await http.legacy("tools/list", session: session, token: nil, version) }
        _ = try await http.send(
            "DELETE", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)] + version)
        // As after a restart of the server: the session is lost.
        for _ in 0..<(fault == .keepsDeadSession ? 4 : 1) {
            _ = try await http.legacy("tools/list", session: session, token: token, version)
            clock.advance(by: pause)
        }
        session = try await http.openSession(token: token)
        _ = try await http.legacy("notifications/initialized", id: nil, session: session, token: token, version)
    }
}

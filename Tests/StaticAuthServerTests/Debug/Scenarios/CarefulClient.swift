import MCPCore
import OAuth
import Primitives
import TestSupport

/// A client that does the best that a client can do, whatever the server does.
struct CarefulClient {
    /// Sends the client's own requests.
    private let http: TestClient
    /// Sends those of the person's browser.
    private let browser: TestClient
    private let clock: FixedClock
    private let redirectURI: String

    private var metadata: JSONObject = [:]
    private var resource: String
    private var scope: String?
    private var method = "client_secret_post"
    private var tokens: Flow.Tokens?
    private var session: String?
    private var authorizations = 0
    private var stepUps = 0
    /// Called when the client has come to a moment, perhaps several times.
    var reaches: @Sendable (Moment) async throws -> Void = { _ in }

    /// What a client is about to do.
    enum Moment: CaseIterable {
        case start
        case readResourceMetadata
        case readServerMetadata
        case authorize
        case logIn
        case redeem
        case openSession
        case call
        case refresh
        case revoke
    }

    /// The reason why a client goes no further.
    struct Stop: Error {
        let reason: String
    }

    private static let secret = "your-secret-key-change-this-in-production"
    private static let clientID = "static-mcp-client-001"

    init(_ client: TestClient, _ clock: FixedClock, redirectURI: String = "http://localhost:3031/callback") {
        (http, browser) = (client.named("careful/1"), client.named("Mozilla/5.0"))
        (self.clock, self.redirectURI) = (clock, redirectURI)
        resource = client.origin + "/mcp"
    }

    /// Logs in, calls tools, refreshes and ends its session; returns the reason why it stopped, if it did.
    mutating func live() async -> String? {
        do {
            try await reaches(.start)
            guard let challenge = await attempt({ try await $0.http.initialize(token: nil) }) else {
                throw Stop(reason: "no challenge")
            }
            try await logIn(challenge)
            _ = await attempt { try await $0.http.modern("server/discover", token: $0.tokens?.accessToken) }
            try await reaches(.openSession)
            try await open()
            try await reaches(.call)
            for _ in 0..<2 { try await call() }
            clock.advance(by: .seconds(6))
            try await call()
            try await reaches(.refresh)
            if tokens?.refreshToken != nil { _ = try await refresh() }
            try await call()
            if let session {
                let fields = TestClient.fields(token: tokens?.accessToken)
                _ = await attempt { try await $0.http.send("DELETE", "/mcp", fields + Self.session(session)) }
            }
            try await reaches(.revoke)
            if let token = tokens?.refreshToken ?? tokens?.accessToken {
                _ = try await post([("token", token)], to: "/revoke")
            }
            return nil
        } catch let stop as Stop {
            return stop.reason
        } catch {
            return "\(error)"
        }
    }

    // MARK: - Requests

    /// Sends a request once more when the answer is lost or damaged; nil when both are.
    private func attempt(
        _ send: (CarefulClient) async throws -> TestClient.Answer
    ) async -> TestClient.Answer? {
        for _ in 0..<2 {
            if let answer = try? await send(self), answer.isSound { return answer }
        }
        return nil
    }

    private func document(_ path: String) async -> JSONObject? {
        guard let answer = await attempt({ try await $0.http.get(path) }), answer.status == 200 else { return nil }
        return answer.json
    }

    // MARK: - Login

    private mutating func logIn(_ challenge: TestClient.Answer, isStepUp: Bool = false) async throws {
        if !isStepUp { try await discover(challenge) }
        authorizations += 1
        guard authorizations <= 3 else { throw Stop(reason: "too many authorizations") }
        let verifier = String(repeating: "\(authorizations)", count: 43)
        var request: [String: String?] = [
            "code_challenge": Base64.url.encode(Digest(of: verifier).bytes), "state": "state-\(authorizations)",
            "redirect_uri": redirectURI, "resource": resource,
        ]
        if let scope { request["scope"] = scope }
        let flow = Flow(browser, request)
        try await reaches(.authorize)
        let page = await attempt { _ in try await flow.client.get(flow.target) }
        guard page?["Location"]?.contains("/login?") ?? false else { throw Stop(reason: "no login page") }
        try await reaches(.logIn)
        let back = await attempt { _ in try await flow.submitLogin() }
        guard let location = back?["Location"] else { throw Stop(reason: "no answer to the login") }
        let answer = Flow.parameters(of: location)
        guard let code = answer["code"] else { throw Stop(reason: "no code") }
        guard answer["state"] == "state-\(authorizations)" else { throw Stop(reason: "another state") }
        if metadata["authorization_response_iss_parameter_supported"] == true || answer["iss"] != nil {
            guard answer["iss"] == metadata["issuer"]?.string ?? http.origin else {
                throw Stop(reason: "another issuer")
            }
        }
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier),
            ("redirect_uri", redirectURI), ("resource", resource),
        ]
        try await reaches(.redeem)
        guard try await requestTokens(form) else { throw Stop(reason: "no token") }
    }

    private mutating func discover(_ challenge: TestClient.Answer) async throws {
        try await reaches(.readResourceMetadata)
        let header = challenge["WWW-Authenticate"] ?? ""
        let named = header.parameter("resource_metadata").map { String($0.dropFirst(http.origin.count)) }
        let root = "/.well-known/oauth-protected-resource"
        var found: JSONObject?
        for path in [named, root + "/mcp", root].compactMap(\.self) where found == nil {
            found = await document(path)
            guard let name = found?["resource"]?.string else { continue }
            let own = http.origin + path.dropFirst(root.count)
            guard name == own || name == own + "/" else { throw Stop(reason: "another resource") }
            resource = name
        }
        metadata = [:]
        scope =
            header.parameter("scope") ?? found?["scopes_supported"]?.array?.compactMap(\.string).joined(separator: " ")
        if scope == "" { scope = nil }
        try await reaches(.readServerMetadata)
        let issuer = found?["authorization_servers"]?.array?.first?.string ?? http.origin
        let path = issuer.dropFirst(http.origin.count)
        for place in ["/.well-known/oauth-authorization-server\(path)", "/.well-known/openid-configuration\(path)"]
        where metadata.isEmpty { metadata = await document(place) ?? [:] }
        guard metadata.isEmpty || metadata["issuer"]?.string == issuer else { throw Stop(reason: "another issuer") }
        let methods = metadata["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string) ?? []
        method = methods.contains(method) ? method : methods.first ?? method
    }

    // MARK: - Tokens

    /// Requests tokens; false when there are none.
    private mutating func requestTokens(_ form: [(String, String)]) async throws -> Bool {
        for _ in 0..<2 {
            let answer = await attempt { try await $0.post(form) }
            if let answer, let tokens = Flow.Tokens(answer) {
                self.tokens = tokens
                return true
            }
            guard answer?.json["error"] == "invalid_client" else { return false }
            method = method == "client_secret_basic" ? "client_secret_post" : "client_secret_basic"
        }
        return false
    }

    private func post(_ form: [(String, String)], to path: String = "/token") async throws -> TestClient.Answer {
        switch method {
        case "client_secret_basic":
            let pair = Base64.standard.encode(Array("\(Self.clientID):\(Self.secret)".utf8))
            return try await http.post(path, form: form, [("Authorization", "Basic \(pair)")])
        case "none": return try await http.post(path, form: form + [("client_id", Self.clientID)])
        default:
            let credentials = [("client_id", Self.clientID), ("client_secret", Self.secret)]
            return try await http.post(path, form: form + credentials)
        }
    }

    private mutating func refresh() async throws -> Bool {
        guard let token = tokens?.refreshToken else { return false }
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)]
        let refreshed = try await requestTokens(form + (scope.map { [("scope", $0)] } ?? []))
        if !refreshed { try await logIn(try await http.initialize(token: nil)) }
        return refreshed
    }

    // MARK: - Messages

    private mutating func open() async throws {
        let answer = try await message { try await $0.http.initialize(token: $0.tokens?.accessToken) }
        guard let session = answer?["Mcp-Session-Id"] else { throw Stop(reason: "no session") }
        self.session = session
        let told = await attempt {
            try await $0.http.legacy(
                "notifications/initialized", id: nil, session: session, token: $0.tokens?.accessToken, Self.version)
        }
        if told?.status == 404 { try await open() }
    }

    private mutating func call() async throws {
        let call: JSONObject = ["name": "echo", "arguments": ["message": "hi"]]
        _ = try await message {
            try await $0.http.legacy(
                "tools/call", call, session: $0.session, token: $0.tokens?.accessToken, Self.version)
        }
    }

    /// Sends a message, and does what a refusal asks for.
    private mutating func message(
        _ send: (CarefulClient) async throws -> TestClient.Answer
    ) async throws -> TestClient.Answer? {
        for _ in 0..<4 {
            guard let answer = await attempt(send) else { return nil }
            let challenge = answer["WWW-Authenticate"] ?? ""
            switch answer.status {
            case 401:
                if tokens?.refreshToken == nil { try await logIn(answer) } else { _ = try await refresh() }
            case 403 where challenge.contains("insufficient_scope"):
                stepUps += 1
                guard stepUps <= 2 else { throw Stop(reason: "the scope is not granted") }
                let asked = challenge.parameter("scope")?.split(separator: " ").map(String.init) ?? []
                let own = scope?.split(separator: " ").map(String.init) ?? []
                scope = (own + asked.filter { !own.contains($0) }).joined(separator: " ")
                try await logIn(answer, isStepUp: true)
            case 404 where session != nil, 400 where session != nil: try await open()
            case 403: throw Stop(reason: "forbidden")
            default: return answer
            }
        }
        return nil
    }

    private static let version = [("MCP-Protocol-Version", "2025-11-25")]

    private static func session(_ id: String) -> [(String, String)] { [("Mcp-Session-Id", id)] + version }
}

extension TestClient {
    fileprivate func named(_ agent: String) -> TestClient {
        var client = self
        client.agent = agent
        return client
    }

    fileprivate func initialize(token: String?) async throws -> Answer {
        let params: JSONObject = [
            "protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "careful", "version": "1"],
        ]
        return try await legacy("initialize", params, token: token)
    }
}

extension TestClient.Answer {
    /// Whether the answer is whole and of a kind that a client expects.
    fileprivate var isSound: Bool {
        let isWhole = self["Content-Length"].map { (Int($0) ?? 0) <= body.utf8.count } ?? true
        let isDocument = status != 200 || (try? JSONParser.parse(Array(body.utf8)))?.object != nil
        let isRedirectToItself = status == 307
        return isWhole && isDocument && !isRedirectToItself && status < 500 && status != 429
    }
}

extension String {
    /// The value of a quoted parameter of a challenge.
    fileprivate func parameter(_ name: String) -> String? {
        guard let start = firstRange(of: "\(name)=\"")?.upperBound else { return nil }
        return String(self[start...].prefix { $0 != "\"" })
    }
}

import MCPCore
internal import Primitives

/// One authorization code flow, from the client's side.
public struct Flow: Sendable {
    /// The verifier and challenge of RFC 7636 Appendix B.
    public static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    /// The challenge of ``verifier``.
    public static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// The client that talks to the server.
    public let client: TestClient
    /// The parameters of the authorization request.
    public var request: [(String, String)]
    /// The registered client's credentials.
    public var credentials = ("static-mcp-client-001", "your-secret-key-change-this-in-production")
    /// The code, after the login.
    public var code = ""

    /// The tokens of a token response.
    public struct Tokens: Sendable {
        /// The access token.
        public let accessToken: String
        /// The refresh token, if there was one.
        public let refreshToken: String?
        /// The whole answer.
        public let answer: TestClient.Answer

        /// Reads the tokens of an answer; nil when there are none.
        public init?(_ answer: TestClient.Answer) {
            guard let accessToken = answer.json["access_token"]?.string else { return nil }
            self.accessToken = accessToken
            refreshToken = answer.json["refresh_token"]?.string
            self.answer = answer
        }

        init(accessToken: String, refreshToken: String?, answer: TestClient.Answer) {
            (self.accessToken, self.refreshToken, self.answer) = (accessToken, refreshToken, answer)
        }
    }

    /// An answer that the flow does not expect.
    public struct Unexpected: Error {
        let answer: TestClient.Answer
    }

    /// Prepares a flow; changes replace parameters of the normal request, and nil omits one.
    public init(_ client: TestClient, _ changes: [String: String?] = [:]) {
        self.client = client
        request = [
            ("response_type", "code"), ("client_id", credentials.0), ("redirect_uri", "http://localhost:3031/callback"),
            ("code_challenge", Self.challenge), ("code_challenge_method", "S256"), ("state", "state-1"),
        ]
        for (name, value) in changes {
            request.removeAll { $0.0 == name }
            if let value { request.append((name, value)) }
        }
    }

    /// The authorization request as a target.
    public var target: String { "/authorize?\(TestClient.encode(request))" }

    /// Posts the login form, with the authorization request in the query.
    public func submitLogin(
        user: String = "demo_user", password: String = "demo_password", action: String? = nil,
        _ fields: [(String, String)] = []
    ) async throws -> TestClient.Answer {
        var form = [("username", user), ("password", password)]
        if let action { form.append(("action", action)) }
        return try await client.post("/login?\(TestClient.encode(request))", form: form, fields)
    }

    /// Logs in and keeps the code.
    public func logIn(user: String = "demo_user", password: String = "demo_password") async throws -> Flow {
        let answer = try await submitLogin(user: user, password: password)
        guard let location = answer["Location"], let code = Self.parameters(of: location)["code"] else {
            throw Unexpected(answer: answer)
        }
        var flow = self
        flow.code = code
        return flow
    }

    /// Redeems the code with `client_secret_post`; changes as in ``init(_:_:)``.
    public func redeem(_ changes: [String: String?] = [:], expecting status: Int = 200) async throws -> Tokens {
        try await token(
            ["grant_type": "authorization_code", "code": code, "code_verifier": Self.verifier]
                .merging(changes) { $1 }, expecting: status)
    }

    /// Redeems a refresh token.
    public func refresh(
        _ token: String?, _ changes: [String: String?] = [:], expecting status: Int = 200
    ) async throws -> Tokens {
        try await self.token(
            ["grant_type": "refresh_token", "refresh_token": token].merging(changes) { $1 }, expecting: status)
    }

    /// Sends a token request with the client's credentials in the body.
    public func token(_ form: [String: String?], expecting status: Int = 200) async throws -> Tokens {
        let tokens = try await attempt(form)
        guard tokens.answer.status == status else { throw Unexpected(answer: tokens.answer) }
        return tokens
    }

    /// Sends a token request as ``token(_:expecting:)`` does, and accepts any status.
    public func attempt(_ form: [String: String?]) async throws -> Tokens {
        let fields = ["client_id": credentials.0, "client_secret": credentials.1].merging(form) { $1 }
        let answer = try await client.post(
            "/token", form: fields.compactMap { name, value in value.map { (name, $0) } })
        return Tokens(
            accessToken: answer.json["access_token"]?.string ?? "", refreshToken: answer.json["refresh_token"]?.string,
            answer: answer)
    }

    /// The query parameters of a URL, decoded; of a repeated one the last.
    public static func parameters(of url: String) -> [String: String] {
        guard let mark = url.firstIndex(of: "?") else { return [:] }
        var parameters: [String: String] = [:]
        for pair in url[url.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decode)
            parameters[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return parameters
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

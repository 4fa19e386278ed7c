import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

/// An authorization server with a clock and random bytes for tests, and the requests of a client.
struct ServerUnderTest {
    static let origin = "http://127.0.0.1:9003"
    static let localhost = "http://localhost:9003"
    static let elsewhere = "https://api.example/v1"
    static let redirectURI = "http://localhost:3031/callback"
    static let secret = "s3cret:+%/"

    /// RFC 7636 Appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    static let request =
        "response_type=code&client_id=client&redirect_uri=http://localhost:3031/callback&state=st"
        + "&code_challenge=\(challenge)&code_challenge_method=S256"

    let clock = FixedClock()
    let store = MemoryGrantStore()
    let server: AuthorizationServer
    let user = User(name: "demo_user", passwordDigest: Digest(of: "demo_password"))

    init(
        authentication: TokenAuthentication = .any, redirectMatch: RedirectMatch = .loopback,
        redirectURIs: [String] = [Self.redirectURI], change: (inout Configuration) -> Void = { _ in }
    ) {
        var configuration = Configuration(
            client: RegisteredClient(
                id: "client", secretDigest: Digest(of: Self.secret), redirectURIs: redirectURIs,
                redirectMatch: redirectMatch, authentication: authentication),
            users: [user], origins: [Self.origin, Self.localhost])
        configuration.toolScopes = Scope(["echo"])
        configuration.otherResources = [Self.elsewhere].compactMap { try? ResourceIndicator($0) }
        change(&configuration)
        server = AuthorizationServer(
            configuration: configuration, store: store, now: clock.now, randomBytes: SeededRandom().bytes)
    }

    // MARK: The client's requests

    static var basic: String {
        "Basic " + Base64.standard.encode(Array("client:s3cret%3A%2B%25%2F".utf8))
    }

    func decide(_ query: String, origin: String = Self.origin) throws -> AuthorizationDecision {
        try server.authorization.validate(form(query), origin: origin)
    }

    func accepted(_ query: String, origin: String = Self.origin) throws -> ValidAuthorizationRequest {
        guard case .accepted(let request) = try decide(query, origin: origin) else {
            throw Unexpected.redirect
        }
        return request
    }

    /// The parameters of the redirect that answers a request.
    func redirected(_ query: String) throws -> FormParameters {
        guard case .redirect(let location, _) = try decide(query) else { throw Unexpected.acceptance }
        return try answer(location)
    }

    func answer(_ location: String) throws -> FormParameters {
        try form(String(try #require(location.split(separator: "?").last)))
    }

    /// A fresh code, from a login.
    func code(_ query: String = Self.request, origin: String = Self.origin) async throws -> String {
        let location = try await server.authorization.approve(accepted(query, origin: origin), by: user)
        return try answer(location).required(.code)
    }

    func token(
        _ body: String, authorization: [String] = [Self.basic], origin: String = Self.origin, peer: String = "peer"
    ) async throws -> TokenResponse {
        try await server.token.respond(to: form(body), authorization: authorization, origin: origin, peer: peer)
    }

    func redeem(_ code: String, _ more: String = "", verifier: String = Self.verifier) async throws -> TokenResponse {
        try await token("grant_type=authorization_code&code=\(code)&code_verifier=\(verifier)\(more)")
    }

    func refresh(_ token: Secret?, _ more: String = "") async throws -> TokenResponse {
        try await self.token("grant_type=refresh_token&refresh_token=\(try #require(token).reveal())\(more)")
    }

    /// Tokens, obtained by authorization and redemption.
    func tokens(_ more: String = "") async throws -> TokenResponse {
        try await redeem(try await code(Self.request + more))
    }

    func introspect(_ token: Secret?, _ more: String = "") async throws -> Document {
        try await server.introspection.respond(
            to: form("token=\(try #require(token).reveal())\(more)"), authorization: [Self.basic], peer: "peer"
        ).document
    }

    func revoke(_ token: Secret?, _ more: String = "") async throws {
        try await server.revocation.respond(
            to: form("token=\(try #require(token).reveal())\(more)"), authorization: [Self.basic], peer: "peer")
    }

    func isGood(_ token: Secret) async -> Bool {
        await refusal { try await server.accessTokens.check(token) } == nil
    }

    private enum Unexpected: Error {
        case redirect
        case acceptance
    }
}

func form(_ text: String) throws -> FormParameters {
    try FormParameters(decoding: text.utf8)
}

/// The error code of a refused operation, or nil when it succeeds.
func refusal(_ operation: () async throws -> some Any) async -> OAuthError.Code? {
    do {
        _ = try await operation()
        return nil
    } catch let error as OAuthError {
        return error.code
    } catch {
        Issue.record(error)
        return nil
    }
}

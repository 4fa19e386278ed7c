public import OAuth

/// The way to an access token for one MCP server: from the store, by refreshing, or by asking a person.
///
/// MCP 2026-07-28, basic/authorization. A refresh is done by one process at a time: with rotation, a refresh token that is
/// used twice ends the whole grant (OAuth 2.1 §4.3.1).
public actor ServerAccess {
    /// What a caller can choose.
    public struct Options: Sendable {
        /// The client to be; nil: the one of the last login, or whoever registration makes.
        public var client: ClientIdentity?
        /// The URL of this client's own metadata document.
        public var clientDocument: String?
        /// The scope to ask for; nil: what the server suggests.
        public var scope: Scope?
        /// Takes a `resource` of the same origin whose path leads to the server's.
        public var isResourceLenient = false
        /// Assumes the endpoints of MCP 2025-03-26 where there is no metadata.
        public var mayAssumeEndpoints = false

        /// Everything as the server suggests.
        public init() {}
    }

    nonisolated let server: WebAddress
    private let web: WebClient
    private let store: TokenStore
    private let agent: (any AuthorizationAgent)?
    private let options: Options
    private let now: @Sendable () -> Duration
    private var authorization: Task<Secret, any Error>?

    /// Access to a server.
    ///
    /// - Parameters:
    ///   - agent: asks the person; nil when nobody may be asked.
    ///   - now: the clock.
    /// - Throws: `usage` for a URL that is none, or plain http elsewhere than on this machine.
    public init(
        server: String, web: WebClient, store: TokenStore, agent: (any AuthorizationAgent)?,
        options: Options = Options(), now: @escaping @Sendable () -> Duration = SystemTime.now
    ) throws(ClientError) {
        self.server = try AddressCheck.server(server)
        self.web = web
        self.store = store
        self.agent = agent
        self.options = options
        self.now = now
    }

    private var discovery: Discovery {
        Discovery(
            web: web, server: server,
            options: .init(
                isResourceLenient: options.isResourceLenient, mayAssumeEndpoints: options.mayAssumeEndpoints))
    }

    // MARK: - Tokens

    /// The last login at this server.
    public func login() throws(ClientError) -> StoredLogin? { try store.login(at: name) }

    /// What the login is stored under: the URL without any API key.
    private var name: String { KeyInAddress.removed(from: server.text) }

    /// A token that is good as far as is known; nil when there is none.
    public func token() async throws -> Secret? {
        guard let login = try login(), let tokens = try store.tokens(login.key) else { return nil }
        return tokens.needsRefresh(at: now()) ? try await refresh(insteadOf: nil) : tokens.accessToken
    }

    /// The stored tokens.
    public func tokens() throws(ClientError) -> StoredTokens? {
        guard let login = try login() else { return nil }
        return try store.tokens(login.key)
    }

    /// Renews the token, unless another process has just done so.
    ///
    /// - Parameter rejected: the token that the server refused; nil when it is only about to end.
    /// - Returns: nil when there is nothing to refresh with, or the refresh token is no longer good.
    public func refresh(insteadOf rejected: Secret?, isForced: Bool = false) async throws -> Secret? {
        guard let login = try login() else { return nil }
        return try await store.locking(login.key) {
            guard let tokens = try store.tokens(login.key) else { return nil }
            let isRenewed = rejected.map { $0 != tokens.accessToken } ?? !tokens.needsRefresh(at: now())
            if isRenewed && !isForced { return tokens.accessToken }
            guard let refreshToken = tokens.refreshToken else { return nil }
            do {
                let endpoint = try await tokenEndpoint(of: login)
                let answer = try await endpoint.refresh(refreshToken, resource: login.resource, scope: tokens.scope)
                let renewed = StoredTokens(key: login.key, answer: answer, keeping: tokens, now: now())
                try store.save(renewed)
                return renewed.accessToken
            } catch let error as ClientError
                where error.kind == .authorizationRefused && error.code != OAuthError.Code.invalidClient.rawValue
            {
                // Whatever words the server chose: this refresh token will not do it. The person can.
                try store.removeTokens(login.key)
                return nil
            }
        }
    }

    /// Looks the token up at the authorization server.
    public func introspect(_ token: Secret) async throws -> TokenFacts {
        guard let login = try login() else { throw Self.notLoggedIn(server) }
        return TokenFacts(try await tokenEndpoint(of: login).introspect(token))
    }

    /// Gives the tokens back and forgets them, whatever the authorization server says to that.
    ///
    /// - Returns: whether the server took them back; nil when there was nothing to give back.
    public func logout() async throws -> Bool? {
        guard let login = try login() else { return nil }
        let tokens = try? store.tokens(login.key)
        var isRevoked = false
        do {
            if let tokens {
                let endpoint = try await tokenEndpoint(of: login)
                if let token = tokens.refreshToken { isRevoked = try await endpoint.revoke(token, hint: .refreshToken) }
                isRevoked = try await endpoint.revoke(tokens.accessToken, hint: .accessToken) || isRevoked
            }
        } catch {
            isRevoked = false
        }
        try store.remove(login)
        return isRevoked
    }

    private func tokenEndpoint(of login: StoredLogin) async throws -> TokenEndpoint {
        TokenEndpoint(web: web, issuer: try await discovery.metadata(of: login.issuer), client: login.client)
    }

    // MARK: - Authorization

    /// Finds out who guards the server, and asks nobody.
    public func discover() async throws -> (isProtected: Bool, found: DiscoveredServer) {
        let (isProtected, challenge) = try await discovery.challenge()
        return (isProtected, try await discovery.find(challenge))
    }

    /// Logs in: goes through the whole authorization and stores what comes of it.
    public func authorize() async throws -> Secret {
        try await authorize(after: try await discovery.challenge().challenge, adding: nil)
    }

    /// Logs in after the server's challenge; who comes while somebody is being asked waits for the same answer.
    ///
    /// - Parameter scope: what the server said is missing; it is asked for together with all that was asked for before.
    func authorize(after challenge: Challenge?, adding scope: Scope?) async throws -> Secret {
        if let authorization { return try await authorization.value }
        let task = Task { try await authorizeOnce(after: challenge, adding: scope) }
        authorization = task
        defer { authorization = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func authorizeOnce(after challenge: Challenge?, adding missing: Scope?) async throws -> Secret {
        let login = try login()
        guard let agent else { throw Self.needsPerson(server, missing: missing, before: login?.scope) }
        let found = try await discovery.find(challenge) { $0 == login?.issuer }
        if let login, login.issuer != found.issuer.issuer { throw Self.moved(server, from: login, to: found.issuer) }
        let known = options.client ?? login?.client
        let registration = Registration(web: web, clientDocument: options.clientDocument)
        let scope = ScopeChoice(found: found, wished: options.scope, before: login?.scope).scope(adding: missing)
        let (attempt, answer) = try await agent.authorize(preferring: known?.registeredURI) { [web] redirectURI in
            let given = known.flatMap { $0.mayUse(redirectURI) ? $0 : nil }
            let client = try await registration.identity(at: found.issuer, given: given, redirectURI: redirectURI)
            _ = try TokenEndpoint(web: web, issuer: found.issuer, client: client).method()
            return AuthorizationAttempt(
                issuer: found.issuer, client: client, redirectURI: redirectURI, resource: found.resource, scope: scope)
        }
        let code = try CallbackCheck(attempt: attempt).code(answer)
        let tokens = try await TokenEndpoint(web: web, issuer: found.issuer, client: attempt.client)
            .redeem(code, of: attempt)
        let newLogin = StoredLogin(
            server: name, issuer: found.issuer.issuer, client: attempt.client, resource: found.resource, scope: scope)
        return try await store.locking(newLogin.key) {
            try store.save(StoredTokens(key: newLogin.key, answer: tokens, now: now()))
            try store.save(newLogin)
            if let login, login.key != newLogin.key { try store.removeTokens(login.key) }
            return tokens.accessToken
        }
    }
}

extension ServerAccess {
    /// Says that somebody has to log in.
    static func notLoggedIn(_ server: WebAddress) -> ClientError {
        ClientError(
            .authorizationRequired, "Nobody is logged in at \(server.text.withoutQuery).",
            advice: "Run: static-auth-client login \(server.text.withoutQuery)")
    }

    private static func needsPerson(_ server: WebAddress, missing: Scope?, before: Scope?) -> ClientError {
        guard let missing else { return notLoggedIn(server) }
        let scope = missing.union(before ?? Scope([])).description
        // The server chose these words, and a person may paste them into a shell.
        let isPlain = scope.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != UInt8(ascii: "'") }
        return ClientError(
            .authorizationRequired,
            "The server wants the scope '\(missing.description.printable())' for this, and nobody may be asked.",
            advice: isPlain
                ? "Run: static-auth-client login --scope '\(scope)' \(server.text.withoutQuery)"
                : "Log in with that scope.")
    }

    private static func moved(_ server: WebAddress, from login: StoredLogin, to issuer: IssuerMetadata) -> ClientError {
        ClientError(
            .discovery,
            "\(server.text.withoutQuery) now names the authorization server '\(issuer.issuer.printable())'; the "
                + "credentials here belong to '\(login.issuer)'.",
            advice: "Nothing was sent to the new one. If the move is right: static-auth-client logout "
                + "\(server.text.withoutQuery), then log in with credentials of the new one.")
    }
}

public import OAuth

/// Gets tokens by a login.
extension ServerAccess {
    /// Discovers the authorization server, without a login.
    ///
    /// - Throws: ``ClientError`` of kind `discovery`, `network` or `protocolViolation`; `CancellationError`.
    public func discover() async throws -> (isProtected: Bool, found: DiscoveredServer) {
        let first = try await discovery.challenge()
        return (first.isProtected, try await discovery.find(first.challenge, failure: first.failure))
    }

    /// Logs in: runs the whole authorization and stores the tokens.
    ///
    /// - Throws: ``ClientError``: `discovery` or `network` for the server or its metadata, `authorizationRequired`
    ///   without an agent, a client or its secret, `authorizationRefused` when the login fails, `configuration` or
    ///   `storage` when the tokens cannot be stored; `CancellationError`.
    public func authorize() async throws -> Secret {
        let first = try await discovery.challenge()
        return try await authorize(after: first.challenge, adding: nil, failure: first.failure)
    }

    /// Logs in after the server's challenge; concurrent callers share one login.
    ///
    /// - Parameters:
    ///   - scope: the missing scope; it is requested together with all earlier scopes.
    ///   - failure: the server's failure in place of a challenge.
    func authorize(
        after challenge: Challenge?, adding scope: Scope?, failure: ClientError? = nil
    ) async throws -> Secret {
        let shared: SharedTask<Secret>
        if let running = authorization, running.join() {
            shared = running
        } else {
            shared = SharedTask { [self] in
                try await authorizeOnce(after: challenge, adding: scope, failure: failure)
            }
            authorization = shared
        }
        defer { if authorization === shared { authorization = nil } }
        return try await shared.value()
    }

    private func authorizeOnce(
        after challenge: Challenge?, adding missing: Scope?, failure: ClientError?
    ) async throws -> Secret {
        let old = try login()
        guard let agent else {
            if let old, let issuer = await newIssuer(after: old) { throw moved(old, to: issuer) }
            throw Self.needsPerson(server, missing: missing, before: old?.scope)
        }
        try store?.checkWritable()
        let found = try await discovery.find(challenge, failure: failure) { $0 == old?.issuer }
        let login = try usable(old, at: found)
        let known = options.client ?? login?.client
        let registration = Registration(web: web, clientDocument: options.clientDocument)
        let scope = ScopeChoice(found: found, wished: options.scope, before: login?.scope).scope(adding: missing)
        let (attempt, answer) = try await agent.authorize(preferring: known?.registeredURI) { [web] redirectURI in
            let given = known.flatMap { $0.mayUse(redirectURI) ? $0 : nil }
            let client = try await registration.identity(at: found.issuer, given: given, redirectURI: redirectURI)
            try await TokenEndpoint(web: web, issuer: found.issuer, client: client).checkClient()
            return AuthorizationAttempt(
                issuer: found.issuer, client: client, redirectURI: redirectURI, resource: found.resource, scope: scope,
                isStepUp: missing != nil)
        }
        return try await complete(attempt, answer, after: old, reusing: login)
    }

    /// Ends an authorization that an agent has begun, with the parameters of its answer.
    ///
    /// For an agent whose answer arrives elsewhere, perhaps at another process: it keeps the attempt, and throws.
    ///
    /// - Throws: ``ClientError``: `authorizationRefused` for an answer of another attempt, or one that refuses;
    ///   `network` for an outage of the authorization server; `storage` when the tokens cannot be stored;
    ///   `CancellationError`.
    package func complete(_ attempt: AuthorizationAttempt, _ answer: FormParameters) async throws -> Secret {
        let old = try login()
        return try await complete(attempt, answer, after: old, reusing: old)
    }

    private func complete(
        _ attempt: AuthorizationAttempt, _ answer: FormParameters, after old: StoredLogin?, reusing login: StoredLogin?
    ) async throws -> Secret {
        let code = try CallbackCheck(attempt: attempt).code(answer)
        let tokens = try await redeem(code, of: attempt, after: login)
        let newLogin = StoredLogin(
            server: name, issuer: attempt.issuer.issuer, client: attempt.client,
            resource: attempt.resource ?? server.text, scope: attempt.scope)
        guard let store else { return tokens.accessToken }
        return try await store.locking(newLogin.key) {
            try store.save(StoredTokens(key: newLogin.key, answer: tokens, now: now()))
            try store.save(newLogin)
            if let old, old.key != newLogin.key { try store.removeTokens(old.key) }
            backoff = Backoff()
            return tokens.accessToken
        }
    }

    /// The login whose client can be reused; nil where a client must be registered anew, because the server has moved
    /// to another authorization server.
    ///
    /// MCP 2026-07-28, basic/authorization/client-registration, "Authorization Server Binding". Only the server's own
    /// metadata can prove a move; without it the login stays.
    ///
    /// - Throws: `discovery` after a move, when the client was not registered dynamically.
    private func usable(_ login: StoredLogin?, at found: DiscoveredServer) throws(ClientError) -> StoredLogin? {
        guard let login, login.issuer != found.issuer.issuer else { return login }
        guard mayRegisterAnew(login), case .resourceMetadata = found.source else {
            throw Self.moved(server, from: login, to: found.issuer.issuer)
        }
        return nil
    }

    /// Whether the client of a login may be replaced by a new registration at another authorization server.
    private func mayRegisterAnew(_ login: StoredLogin) -> Bool {
        let registersItself = login.client.registeredURI != nil || login.client.id == options.clientDocument
        return options.client == nil && registersItself
    }

    /// The failure after a move when no person may be asked.
    private func moved(_ login: StoredLogin, to issuer: String) -> ClientError {
        guard mayRegisterAnew(login) else { return Self.moved(server, from: login, to: issuer) }
        return ClientError(
            .authorizationRequired,
            "\(server.text.withoutQuery) now names the authorization server '\(issuer.printable())', and nobody is logged "
                + "in there.",
            advice: .logIn(server: server.text.withoutQuery, scope: nil), code: Self.movedCode)
    }

    private func redeem(
        _ code: Secret, of attempt: AuthorizationAttempt, after login: StoredLogin?
    ) async throws -> TokenAnswer {
        let endpoint = TokenEndpoint(
            web: web, issuer: attempt.issuer, client: attempt.client, outageTimeout: options.outageTimeout)
        do {
            return try await endpoint.redeem(code, of: attempt)
        } catch let error as ClientError where error.isAboutClient {
            if let login, login.client == attempt.client { try forgetClient(of: login, after: error) }
            throw error
        }
    }
}

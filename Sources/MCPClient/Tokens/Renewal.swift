public import OAuth

/// Renews, introspects and revokes the tokens of a login.
extension ServerAccess {
    /// Renews the token, unless another process has just done so.
    ///
    /// - Parameters:
    ///   - rejected: the token that the server refused; nil when it is about to expire.
    ///   - isForced: renews a valid token, and does not wait after a recent outage.
    /// - Returns: nil without a refresh token, or when it is no longer valid.
    /// - Throws: `network` when the authorization server has an outage, or answers neither with tokens nor with one of
    ///   the errors that end a login: the tokens are kept. `discovery` when the server has moved to another one.
    public func refresh(insteadOf rejected: Secret?, isForced: Bool = false) async throws -> Secret? {
        guard let store, let login = try login() else { return nil }
        do {
            return try await store.locking(login.key) {
                guard let tokens = try store.tokens(login.key) else { return nil }
                let isRenewed = rejected.map { $0 != tokens.accessToken } ?? !tokens.needsRefresh(at: now())
                if isRenewed && !isForced { return tokens.accessToken }
                guard let refreshToken = tokens.refreshToken else { return nil }
                if !isForced, let rest = backoff.rest { throw Away(error: rest.error) }
                return try await renewed(tokens, with: refreshToken, of: login, in: store)
            }
        } catch let away as Away {
            throw away.error
        } catch let error as ClientError where error.kind == .network {
            backoff.failed(error)
            guard let issuer = await newIssuer(after: login) else { throw error }
            backoff = Backoff()
            throw Self.moved(server, from: login, to: issuer)
        }
    }

    /// Renews the token when it is about to expire, ahead of the call that needs it.
    package func refreshIfDue() async throws {
        guard try tokens()?.needsRefresh(at: now()) == true else { return }
        _ = try await refresh(insteadOf: nil)
    }

    /// The same for a caller that can wait for the end of an outage, within its timeout.
    ///
    /// However many callers wait, the server is asked once at the end of each wait.
    func renew(insteadOf rejected: Secret?) async throws -> Secret? {
        let end = ContinuousClock.now + options.outageTimeout
        while true {
            do {
                return try await refresh(insteadOf: rejected)
            } catch let error as ClientError where error.kind == .discovery && error.code == Self.movedCode {
                return nil
            } catch let error as ClientError where error.kind == .network {
                guard let wait = backoff.rest?.wait, .now + wait <= end else { throw error }
                try await Task.sleep(for: wait)
            }
        }
    }

    /// A recent outage, after which the server needs time or has asked for it.
    private struct Away: Error { let error: ClientError }

    /// Exchanges the refresh token, and ends the login where the answer means that.
    private func renewed(
        _ tokens: StoredTokens, with refreshToken: Secret, of login: StoredLogin, in store: TokenStore
    ) async throws -> Secret? {
        do {
            let endpoint = try await tokenEndpoint(of: login)
            // With rotation a refresh token is good once, and its successor would be lost.
            try store.checkWritable()
            let answer = try await endpoint.refresh(refreshToken, resource: login.resource, scope: tokens.scope)
            try store.save(StoredTokens(key: login.key, answer: answer, keeping: tokens, now: now()))
            backoff = Backoff()
            return answer.accessToken
        } catch let error as ClientError where error.isAboutClient {
            try forgetClient(of: login, after: error)
            return nil
        } catch let error as ClientError where error.code == OAuthError.Code.invalidGrant.rawValue {
            try store.removeTokens(login.key)
            return nil
        } catch let error as ClientError where Self.saysNothingOfToken.contains(error.kind) {
            throw Self.outage(error)
        }
    }

    /// Forgets a dynamically registered client that the authorization server no longer accepts; the next login
    /// registers anew.
    ///
    /// - Throws: the error for any other client: a person has to fix its credentials, and the tokens may still be
    ///   valid.
    func forgetClient(of login: StoredLogin, after error: ClientError) throws {
        guard options.client == nil, login.client.registeredURI != nil else { throw error }
        try store?.remove(login)
    }

    /// The kinds of failure that leave open whether a refresh token is valid.
    ///
    /// A mistake in the metadata (`discovery`) is reported as it is, because a person has to fix it.
    private static let saysNothingOfToken: Set<ClientError.Kind> = [
        .network, .protocolViolation, .authorizationRefused,
    ]

    private static func outage(_ error: ClientError) -> ClientError {
        let time = error.retryAfter.map { "in \($0.inSeconds) seconds" } ?? "later"
        return ClientError(
            .network, "The token could not be renewed: \(error.problem)",
            advice: "The login is kept. Try again \(time); if it stays like this, log in again.", code: error.code,
            retryAfter: error.retryAfter)
    }

    /// The authorization server that the server names now, when it differs from that of the login.
    func newIssuer(after login: StoredLogin) async -> String? {
        guard let named = try? await discovery.issuers(), !named.isEmpty, !named.contains(login.issuer) else {
            return nil
        }
        return named[0]
    }

    /// Introspects a token at the authorization server.
    ///
    /// - Throws: ``ClientError``: `authorizationRequired` without a login, otherwise failures of the authorization
    ///   server or the connection; `CancellationError`.
    public func introspect(_ token: Secret) async throws -> TokenInfo {
        guard let login = try login() else { throw Self.notLoggedIn(server) }
        return TokenInfo(try await tokenEndpoint(of: login).introspect(token))
    }

    /// Revokes and forgets the tokens, whatever the authorization server answers.
    ///
    /// - Returns: whether the server revoked them; nil when there were none.
    /// - Throws: `configuration` or `storage` when the login cannot be read or removed.
    public func logout() async throws -> Bool? {
        guard let store, let login = try login() else { return nil }
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
}

extension ClientError {
    /// Whether the authorization server does not accept the client (RFC 6749 §5.2).
    var isAboutClient: Bool {
        let codes: [OAuthError.Code] = [.invalidClient, .unauthorizedClient]
        return kind == .authorizationRefused && codes.contains { $0.rawValue == code }
    }
}

import OAuth
internal import Primitives

/// The grant by which a client acts for itself.
struct ClientCredentialsGrant {
    let environment: Environment
    let client: RegisteredClient

    /// Issues an access token, without a refresh token, whose subject is the client.
    ///
    /// RFC 6749 §4.4. A public client cannot use it, because it cannot authenticate.
    ///
    /// - Throws: `unauthorized_client` for a public client; `invalid_scope`; `invalid_target`.
    func issue(scope: Scope?, resources: [ResourceIndicator], origin: String) async throws -> TokenResponse {
        let configuration = environment.configuration
        let grantTypes = configuration.grantTypes(of: client)
        guard grantTypes.contains(.clientCredentials) else {
            throw OAuthError(
                .unauthorizedClient, "A public client may not use the grant type client_credentials.",
                Explanation(
                    expected: SafeText(list: grantTypes.map(\.rawValue)),
                    received: "grant_type=\(public: GrantType.clientCredentials.rawValue)",
                    hint: hint,
                    rule: configuration.client.isNamed(client.id) ? .clientCredentials : nil))
        }
        let now = environment.now()
        let grant = GrantRecord(
            id: GrantID(from: environment.randomBytes), clientID: client.id, subject: client.id, userName: nil,
            scope: try configuration.grantedScope(for: scope),
            audience: try environment.resources.audience(of: resources, origin: origin), issuer: origin,
            expiresAt: now + configuration.accessTokenLifetime)
        let issue = TokenIssue(environment, for: grant, scope: grant.scope, withRefreshToken: false, at: now)
        guard try await environment.store.insert(issue.records) == .done else {
            throw OAuthError(.serverError, "The new token could not be stored.")
        }
        return issue.response
    }

    /// The reason why the client has no secret here, and the client that has one.
    private var hint: SafeText {
        let configuration = environment.configuration
        guard !configuration.client.isNamed(client.id) else {
            return
                "The server was started with \(public: configuration.names.publicClient), so its client has no secret to "
                + "prove itself."
        }
        let other = configuration.clients.first { $0.provesItself(by: \.methods) }
        return "'\(public: client.id)' has no secret to prove itself."
            + (other.map { " '\(public: $0.id)' has one." } ?? "")
    }
}

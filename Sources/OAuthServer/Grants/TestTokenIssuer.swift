public import OAuth

/// Issues tokens without a flow, for tests.
///
/// No specification has it, and no endpoint for clients may offer it.
public struct TestTokenIssuer: Sendable {
    let environment: Environment

    /// Issues an access token, and a refresh token when one is requested and the policy has them.
    ///
    /// - Parameters:
    ///   - subject: the subject of the tokens; not necessarily one of the users.
    ///   - clientID: the client of the tokens; nil for the registered client.
    ///   - scope: granted as it is, known or not; nil for the base scope.
    ///   - lifetime: of the access token; nil for the configured one. Zero makes an expired token.
    ///   - origin: the spelling of our origin that becomes issuer and audience.
    /// - Throws: errors of the store.
    public func issue(
        subject: String, clientID: String? = nil, scope: Scope? = nil, lifetime: Duration? = nil,
        withRefreshToken: Bool = false, origin: String
    ) async throws -> TokenResponse {
        let (configuration, now) = (environment.configuration, environment.now())
        let grant = GrantRecord(
            id: GrantID(from: environment.randomBytes), clientID: clientID ?? configuration.client.id, subject: subject,
            userName: configuration.users.contains { $0.name == subject } ? subject : nil,
            scope: scope ?? configuration.baseScope, audience: origin + configuration.resourcePath, issuer: origin,
            expiresAt: now + max(configuration.familyLifetime, lifetime ?? .zero))
        let issue = TokenIssue(
            environment, for: grant, scope: grant.scope,
            withRefreshToken: withRefreshToken && configuration.deviations.refreshPolicy != .none, lifetime: lifetime,
            at: now)
        guard try await environment.store.insert(issue.records) == .done else {
            throw OAuthError(.serverError, "The new token could not be stored.")
        }
        return issue.response
    }
}

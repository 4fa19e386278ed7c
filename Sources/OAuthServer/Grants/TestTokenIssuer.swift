public import OAuth

/// The grant that nobody gave: tokens without any flow, for tests.
///
/// No specification has it, and no endpoint that a client reaches may offer it.
public struct TestTokenIssuer: Sendable {
    let environment: Environment

    /// Issues an access token, and a refresh token where one is asked for and the policy has any.
    ///
    /// - Parameters:
    ///   - subject: whom they stand for; not necessarily one of the users.
    ///   - clientID: whom they are issued to; nil: the registered client.
    ///   - scope: all of it is granted, known or not; nil: the base scope.
    ///   - lifetime: of the access token; nil: as configured. Zero makes one that has expired already.
    ///   - origin: the spelling of our origin that becomes issuer and audience.
    /// - Throws: whatever the store throws.
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

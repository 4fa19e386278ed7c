import OAuth
internal import Primitives

/// Fresh tokens, in the form for the store and for the response.
struct TokenIssue {
    let records: IssuedTokens
    let response: TokenResponse

    /// Makes the tokens of a grant.
    ///
    /// The access token has the configured lifetime unless another one is given. A refresh token expires with its own
    /// lifetime or with the grant, whichever comes first.
    init(
        _ environment: Environment, for grant: GrantRecord, scope: Scope, withRefreshToken: Bool,
        lifetime: Duration? = nil, at now: Instant
    ) {
        let lifetime = lifetime ?? environment.configuration.accessTokenLifetime
        let accessToken = Secret.random(from: environment.randomBytes)
        let refreshToken = withRefreshToken ? Secret.random(from: environment.randomBytes) : nil
        records = IssuedTokens(
            accessToken: AccessTokenRecord(
                digest: accessToken.digest, grant: grant, scope: scope, issuedAt: now, expiresAt: now + lifetime),
            refreshToken: refreshToken.map { token in
                RefreshTokenRecord(
                    digest: token.digest, grant: grant, issuedAt: now,
                    expiresAt: min(now + environment.configuration.refreshTokenLifetime, grant.expiresAt))
            })
        response = TokenResponse(
            accessToken: accessToken,
            expiresIn: environment.configuration.deviations.advertisedLifetime.expiresIn(lifetime),
            refreshToken: refreshToken, scope: scope)
    }
}

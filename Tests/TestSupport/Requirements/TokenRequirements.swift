// MARK: Tokens

/// The exchanges at the token endpoint: conditions, results, single use.
extension Requirement {
    package static let tokenEndpointTakesFormsOnly = Self(
        "The token endpoint takes POSTed forms only; the query never counts.", source: "RFC 6749 §3.2")
    package static let tokenParametersAreStrict = Self(
        "Unknown parameters are ignored, empty ones absent, repeated ones refused, except `resource`.",
        source: "RFC 6749 §3.2, RFC 8707 §2.2")
    package static let tokenAnswersAreUncachedJSON = Self(
        "Every answer is JSON that must not be cached, errors included.", source: "RFC 6749 §5")
    package static let basicCredentialsAreFormDecoded = Self(
        "Basic credentials are form-decoded, and the raw pair is accepted as well.", source: "RFC 6749 §2.3.1")
    package static let bodyCredentialsAreAccepted = Self(
        "Credentials in the body are accepted.", source: "RFC 6749 §2.3.1")
    package static let oneClientAuthentication = Self(
        "Two ways of authenticating in one request are refused.", source: "RFC 6749 §2.3")
    package static let invalidClientIsChallenged = Self(
        "Failed client authentication is 401 `invalid_client` with a Basic challenge.", source: "RFC 6749 §5.2")
    package static let secretGuessingIsThrottled = Self(
        "Secrets are compared in constant time, and repeated failures are throttled.", source: "OAuth 2.1 §2.4.1")
    package static let clientIsAuthenticatedFirst = Self(
        "The client is authenticated before the grant is examined, so an unauthenticated one spends no code.",
        source: "OAuth 2.1 §3.2.1")
    package static let unknownGrantTypeIsRefused = Self(
        "Unknown grant types are refused by their own error; `client_credentials` works for machines.",
        source: "RFC 6749 §4.4, §5.2")
    package static let invalidCodeIsRefused = Self(
        "A code that is absent, unknown, expired or another client's has its error.", source: "RFC 6749 §5.2")
    package static let verifierMustMatch = Self(
        "The code verifier is required and must hash to the challenge.", source: "RFC 7636 §4.6")
    package static let redirectURIMustRepeat = Self(
        "A redirect URI may be left out, but one that is sent must be the one of the authorization.",
        source: "OAuth 2.1 §10.2")
    package static let exchangedResourceIsGranted = Self(
        "A resource beyond the grant is `invalid_target`.", source: "RFC 8707 §2.2")
    package static let tokenResponseIsComplete = Self(
        "The token response has all its members, with a random, opaque token.", source: "RFC 6749 §5.1")
    package static let accessTokenEndsOnTime = Self(
        "An access token has its grant's bindings and expires exactly at the end of its lifetime.",
        source: "OAuth 2.1 §5.2")
    package static let codeIsSpentOnce = Self(
        "Of any number of concurrent redemptions of a code one succeeds.", source: "OAuth 2.1 §4.1.3")
    package static let replayedCodeRevokes = Self(
        "A valid replay of a code revokes all tokens that were issued for it.", source: "RFC 6749 §4.1.2")
    package static let strangersReplayRevokesNothing = Self(
        "A replay without secret or verifier revokes nothing.", source: "OAuth 2.1 §7.5.2")
    package static let tokenErrorsAreRegistered = Self(
        "Error bodies use only the codes of the RFCs, with a description in their charset.", source: "RFC 6749 §5.2")
    package static let refreshNeedsItsClient = Self(
        "A refresh needs an authenticated client and a live token of its own.", source: "RFC 6749 §6")
    package static let refreshTokensRotate = Self(
        "A refresh returns a new pair, and the spent token is invalid at once.", source: "RFC 9700 §4.14.2")
    package static let reuseRevokesTheFamily = Self(
        "A spent refresh token that is presented again revokes its whole family.", source: "RFC 9700 §4.14.2")
    package static let refreshMayNarrowScope = Self(
        "A refresh may narrow the scope of the access token; the refresh token keeps the grant's.",
        source: "RFC 6749 §6")
    package static let refreshedResourceIsGranted = Self(
        "A refresh for a resource beyond the grant is `invalid_target`.", source: "RFC 8707 §2.2")
    package static let refreshTokensExpire = Self(
        "A refresh token ends when it is idle for its lifetime, and its family after 90 days.",
        source: "OAuth 2.1 §4.3.3")
    package static let tokenKindsAreApart = Self(
        "A refresh token does not open the MCP endpoint, and an access token does not refresh.",
        source: "RFC 6749 §1.5")
}

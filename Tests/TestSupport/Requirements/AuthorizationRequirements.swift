// MARK: Authorization

/// Authorization requests, redirects and logins.
extension Requirement {
    package static let authorizeTakesQueryOrForm = Self(
        "`/authorize` takes the same request as a query or as a form, and no other method.", source: "RFC 6749 §3.1")
    package static let authorizeParametersAreStrict = Self(
        "Unknown parameters are ignored, empty ones are absent, repeated ones refused, except `resource`.",
        source: "RFC 6749 §3.1, RFC 8707 §2")
    package static let untrustedRedirectIsNeverFollowed = Self(
        "An unknown client or redirect URI ends on an error page and is never redirected.", source: "RFC 6749 §4.1.2.1")
    package static let redirectURIMustMatch = Self(
        "Redirect URIs match as `--redirect-match` says; look-alikes of loopback hosts never do.",
        source: "OAuth 2.1 §2.3.1, RFC 8252 §7.3")
    package static let responseTypeIsCode = Self(
        "`response_type=code` is required; another value has its own error.", source: "RFC 6749 §4.1.2.1")
    package static let codeChallengeIsRequired = Self(
        "A well-formed code challenge is required of every client.", source: "OAuth 2.1 §4.1.1")
    package static let onlyS256 = Self(
        "`S256` is the only transformation; an absent method means `plain` and is refused.", source: "RFC 7636 §4.3")
    package static let requestedScopeMustBeOffered = Self(
        "A scope that is not offered is refused, naming those that are; an absent one means the base scopes.",
        source: "RFC 6749 §3.3")
    package static let requestedResourceMustBeOurs = Self(
        "A resource that is not ours is `invalid_target`; an absent one means ours.", source: "RFC 8707 §2")
    package static let authorizationResponseHasIss = Self(
        "The answer carries `code`, the exact `state` and `iss`, each once, in the query.", source: "RFC 9207 §2")
    package static let errorRedirectIsComplete = Self(
        "An error redirect carries a registered code, the exact `state` and `iss`.", source: "RFC 6749 §4.1.2.1")
    package static let redirectAfterAFormIs303 = Self(
        "Redirects are 302, and 303 after the login form, so that no password is sent on.", source: "RFC 9700 §4.12")
    package static let codeIsBoundToItsRequest = Self(
        "A code is random, short-lived, kept as a digest, and bound to the whole request that it answers.",
        source: "OAuth 2.1 §4.1.2")
    package static let noCodeWithoutLogin = Self(
        "No code is issued before a login.", source: "OAuth 2.1 §7.12.2")
    package static let pagesCannotBeFramed = Self(
        "Pages cannot be framed or cached, run no script, and let the redirect reach the callback.",
        source: "RFC 9700 §4.16")
    package static let clientURLIsNotFetched = Self(
        "A client id that is a URL is an unknown client and is not fetched.",
        source: "MCP 2026-07-28, basic/authorization/client-registration")
    package static let otherProfilesAreIgnored = Self(
        "Parameters of other profiles are ignored; a response mode other than `query` is refused.",
        source: "RFC 6749 §3.1")
    package static let credentialsInAURLAreIgnored = Self(
        "Headless logins skip only the person; credentials in a URL never cause a login.", source: "OAuth 2.1 §2.4.1")
    package static let oneCodePerApproval = Self(
        "A code belongs to the one approval that made it; two approvals make two codes.", source: "OAuth 2.1 §4.1.2")
}

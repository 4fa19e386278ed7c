// MARK: Bearer tokens

/// Access to the MCP endpoint, and the answers without it.
extension Requirement {
    package static let bearerNeededOnEveryRequest = Self(
        "Every request to the MCP endpoint needs a bearer token; a session id does not authenticate.",
        source: "MCP 2026-07-28, basic/authorization, \"Token Requirements\"")
    package static let firstChallengeHasNoError = Self(
        "Without credentials the challenge names metadata and scope, and no error.", source: "RFC 6750 §3.1")
    package static let challengeNamesThePathForm = Self(
        "The challenge points at the path form, whose resource is the URL that was called.", source: "RFC 9728 §3.3")
    package static let invalidTokenIsRefused = Self(
        "A token that is unknown, expired, revoked or of another kind is 401 `invalid_token`.", source: "RFC 6750 §3.1")
    package static let foreignAudienceIsRefused = Self(
        "A token for another audience is refused like an unknown one.",
        source: "MCP 2026-07-28, basic/authorization, \"Token Handling\"")
    package static let missingScopeIsForbidden = Self(
        "A token without a needed scope is 403 `insufficient_scope`, naming every scope that the call needs.",
        source: "MCP 2026-07-28, basic/authorization, \"Runtime Insufficient Scope Errors\"")
    package static let oneScopeCheck = Self(
        "One function checks scopes, so that a hierarchy of scopes has one place.",
        source: "MCP 2026-07-28, basic/authorization, \"Step-Up Authorization Flow\"")
    package static let authenticationSchemeIgnoresCase = Self(
        "The scheme's name is case-insensitive; another scheme counts as no credentials.",
        source: "OAuth 2.1 §5.1.1")
    package static let tokenComesInOneHeader = Self(
        "A token in the query, or a second `Authorization` field, is 400 `invalid_request`.",
        source: "MCP 2026-07-28, basic/authorization, \"Token Requirements\"; RFC 6750 §3.1")
    package static let challengeIsWellFormed = Self(
        "The challenge is one well-formed `Bearer` challenge with each parameter at most once.", source: "RFC 6750 §3")
    package static let revocationWorksAtOnce = Self(
        "A token is checked on every request, so a revocation takes effect on the next one.", source: "OAuth 2.1 §5.2")
    package static let foreignTokenIsRefused = Self(
        "A token of another issuer is refused.", source: "MCP 2026-07-28, basic/authorization, \"Token Handling\"")
}

// MARK: The client: tokens

/// Getting, storing, renewing and presenting tokens.
extension Requirement {
    package static let tokenRequestRepeatsTheGrant = Self(
        "The token request repeats resource and redirect URI.",
        source: "MCP 2026-07-28, basic/authorization, \"Resource Parameter Implementation\"")
    package static let tokenResponsesAreReadTolerantly = Self(
        "Token responses are read tolerantly, except for their type.", source: "RFC 6749 §5.1")
    package static let tokenFilesArePrivate = Self(
        "Tokens are stored in private files that are replaced atomically.",
        source: "MCP 2026-07-28, basic/authorization/security-considerations, \"Token Theft\"")
    package static let tokenGoesToItsResource = Self(
        "A token goes to its own resource and nowhere else.",
        source: "MCP 2026-07-28, basic/authorization, \"Token Handling\"")
    package static let rotatedTokenIsKeptFirst = Self(
        "A rotated refresh token is stored before it is used, and one that is not replaced stays valid.",
        source: "RFC 6749 §6")
    package static let missingRefreshTokenMeansLogin = Self(
        "A server without refresh tokens leads to a login when the token expires.",
        source: "MCP 2026-07-28, basic/authorization, \"Refresh Tokens\"")
    package static let stepUpKeepsScopes = Self(
        "A step-up requests all scopes so far and the missing ones, a few times at most.",
        source: "MCP 2026-07-28, basic/authorization, \"Step-Up Authorization Flow\"")
}

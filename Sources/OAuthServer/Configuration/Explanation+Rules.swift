package import Primitives

extension Explanation.Rule {
    /// The client's id.
    package static let clientID = Self("client id")
    /// The method by which the client's secret is sent.
    package static let clientMethod = Self("client method")
    /// The grant of a client for itself, which a public client does not have.
    package static let clientCredentials = Self("client credentials")
    /// The comparison of redirect URIs.
    package static let redirectURI = Self("redirect URI")
    /// Whether `resource` is required.
    package static let resourceRequired = Self("resource required")
    /// Whether `resource` is refused.
    package static let resourceRefused = Self("resource refused")
    /// Whether `resource` needs a slash at its end.
    package static let resourceSlash = Self("resource slash")
    /// Whether there are refresh tokens, and a scope that asks for one.
    package static let refreshTokens = Self("refresh tokens")
    /// The answer to a refresh token that was used before.
    package static let refreshReuse = Self("refresh reuse")

    /// Whether the usual hint names a setting of the start, which a scenario may have changed.
    package var namesSetting: Bool { [.clientID, .clientCredentials, .refreshTokens].contains(self) }
}

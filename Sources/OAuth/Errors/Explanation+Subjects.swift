package import Primitives

extension Explanation.Subject {
    /// A code that is unknown.
    package static let authorizationCode = Self("authorization code")
    /// A code that was used before.
    package static let spentCode = Self("spent code")
    /// A verifier that does not match the code's challenge.
    package static let codeVerifier = Self("code verifier")
    /// A refresh token that is unknown.
    package static let refreshToken = Self("refresh token")
    /// A refresh token that was used before.
    package static let spentRefreshToken = Self("spent refresh token")
    /// An access token that is unknown.
    package static let accessToken = Self("access token")
    /// A code that has expired.
    package static let expiredCode = Self("expired code")
    /// A refresh token that has expired.
    package static let expiredRefreshToken = Self("expired refresh token")
    /// An access token that has expired.
    package static let expiredAccessToken = Self("expired access token")

    /// Whether it is a credential that has expired.
    package var isExpired: Bool { [.expiredCode, .expiredRefreshToken, .expiredAccessToken].contains(self) }
}

/// The tokens that the token endpoint hands out.
///
/// RFC 6749 §5.1.
public struct TokenResponse: Sendable {
    /// The only type of access token there is.
    public static let tokenType = "Bearer"

    /// The access token.
    public let accessToken: Secret
    /// What the answer says about the life of the access token.
    public let expiresIn: ExpiresIn
    /// The refresh token, if the grant comes with one.
    public let refreshToken: Secret?
    /// The scope of the access token.
    public let scope: Scope

    /// Makes an answer.
    public init(accessToken: Secret, expiresIn: ExpiresIn, refreshToken: Secret?, scope: Scope) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
    }

    /// The JSON body, with the tokens in clear.
    public var document: Document {
        Document([
            ParameterName.accessToken: .string(accessToken.reveal()),
            .tokenType: .string(Self.tokenType),
            .expiresIn: expiresIn.value,
            .refreshToken: refreshToken.map { .string($0.reveal()) },
            .scope: .string(scope.description),
        ])
    }
}

/// The tokens in a response of the token endpoint.
///
/// RFC 6749 §5.1.
public struct TokenResponse: Sendable {
    /// The only supported type of access token.
    public static let tokenType = "Bearer"

    /// The access token.
    public let accessToken: Secret
    /// The lifetime of the access token, as stated in the response.
    public let expiresIn: ExpiresIn
    /// The refresh token, if one was issued.
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

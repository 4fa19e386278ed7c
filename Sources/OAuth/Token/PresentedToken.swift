/// The token that an introspection request asks about, or that a revocation request wants useless.
///
/// RFC 7662 §2.1, RFC 7009 §2.1. `token_type_hint` is recognised and not used: all types of token are searched anyway.
public struct PresentedToken: Sendable {
    /// The token.
    public let token: Secret

    /// The parameters that may be sent once.
    public static let singleNames: [ParameterName] = [.token, .tokenTypeHint, .clientID, .clientSecret]

    /// Reads a request.
    ///
    /// - Throws: `invalid_request` when `token` is missing or repeated.
    public init(_ parameters: FormParameters) throws(OAuthError) {
        token = Secret(try parameters.required(.token))
    }
}

/// The token in an introspection or revocation request.
///
/// RFC 7662 §2.1, RFC 7009 §2.1. `token_type_hint` is recognised and not used: all types of token are searched in any
/// case.
public struct PresentedToken: Sendable {
    /// The token.
    public let token: Secret

    /// The parameters that may occur once.
    public static let singleNames: [ParameterName] = [.token, .tokenTypeHint, .clientID, .clientSecret]

    /// Reads a request.
    ///
    /// - Throws: `invalid_request` when `token` is missing or repeated.
    public init(_ parameters: FormParameters) throws(OAuthError) {
        token = Secret(try parameters.required(.token))
    }
}

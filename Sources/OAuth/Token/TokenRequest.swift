internal import Primitives

/// The grant types of the token endpoint.
public enum GrantType: String, Sendable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
}

/// The request of a client at the token endpoint.
///
/// RFC 6749 §4.1.3, §4.4.2 and §6, with RFC 7636 §4.5 and RFC 8707 §2.2.
public struct TokenRequest: Sendable {
    /// The grant to exchange for tokens.
    public enum Grant: Sendable {
        /// A code, with a verifier that is not checked yet; OAuth 2.0 clients send the redirect URI, OAuth 2.1 clients
        /// omit it.
        case authorizationCode(Secret, verifier: Secret, redirectURI: String?)
        /// A refresh token, and the scope if it is to be narrowed.
        case refreshToken(Secret, scope: Scope?)
        /// Nothing: the client acts for itself, without a user.
        case clientCredentials(scope: Scope?)
    }

    /// The grant.
    public let grant: Grant
    /// The protected resources that the access token is for.
    public let resources: [ResourceIndicator]

    /// The parameters that may occur once; ``ParameterName/resource`` may be repeated.
    public static let singleNames: [ParameterName] = [
        .grantType, .code, .redirectURI, .codeVerifier, .refreshToken, .scope, .clientID, .clientSecret,
    ]

    /// Reads a request.
    ///
    /// `scope` is not defined for an authorization code and is ignored there.
    ///
    /// - Throws: `unsupported_grant_type`, `invalid_request`, `invalid_scope` or `invalid_target`.
    public init(_ parameters: FormParameters) throws(OAuthError) {
        let grantType = try parameters.required(.grantType)
        switch GrantType(rawValue: grantType) {
        case .authorizationCode:
            grant = .authorizationCode(
                Secret(try parameters.required(.code)), verifier: Secret(try parameters.required(.codeVerifier)),
                redirectURI: try parameters.value(.redirectURI))
        case .refreshToken:
            grant = .refreshToken(Secret(try parameters.required(.refreshToken)), scope: try parameters.scope())
        case .clientCredentials:
            grant = .clientCredentials(scope: try parameters.scope())
        case nil:
            let supported = GrantType.allCases.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(
                .unsupportedGrantType, "This grant_type is not supported. Supported are \(supported).",
                Explanation(
                    expected: SafeText(list: GrantType.allCases.map(\.rawValue)),
                    received: "grant_type=\(public: grantType)", hint: Self.hint(grantType: grantType)))
        }
        resources = try parameters.resources()
    }

    private static func hint(grantType: String) -> SafeText? {
        switch grantType {
        case "password", "implicit": "OAuth 2.1 has removed this grant."
        case _ where SecondQuestionMark.isIn(grantType): SecondQuestionMark.hint
        case "code": "'code' is the response_type. The grant_type is authorization_code."
        default:
            SpellingSuggestion.name(to: grantType, among: GrantType.allCases.map(\.rawValue)).map {
                "Did you mean '\(public: $0)'?"
            } ?? "The metadata list the grants under grant_types_supported."
        }
    }
}

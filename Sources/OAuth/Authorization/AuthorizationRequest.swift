internal import Primitives

/// The request of a client at the authorization endpoint.
///
/// RFC 6749 §4.1.1 with PKCE (RFC 7636 §4.3) and resource indicators (RFC 8707 §2).
public struct AuthorizationRequest: Sendable {
    /// The client that asks.
    public let clientID: String
    /// The URI for the answer; optional only where the client has one redirect URI.
    public let redirectURI: String?
    /// The client's own value, to be returned unchanged.
    public let state: String?
    /// The scope asked for.
    public let scope: Scope?
    /// The protected resources asked for.
    public let resources: [ResourceIndicator]
    /// The challenge that the code's verifier has to meet.
    public let challenge: CodeChallenge

    /// The parameters that may be sent once; ``ParameterName/resource`` may be repeated.
    private static let singleNames: [ParameterName] = [
        .responseType, .clientID, .redirectURI, .scope, .state, .codeChallenge, .codeChallengeMethod, .responseMode,
    ]

    /// All parameters of an authorization request; others are ignored.
    public static let parameterNames = singleNames + [.resource]

    /// The parameters that every authorization request must have.
    public static let requiredNames: [ParameterName] = [
        .clientID, .redirectURI, .responseType, .codeChallenge, .codeChallengeMethod,
    ]

    /// The only response mode: the query of the redirect URI.
    public static let responseMode = "query"

    /// Reads a request.
    ///
    /// It checks what can be checked without the server's configuration. Whether the server knows the client, redirect
    /// URI, scope and resource is checked later.
    ///
    /// - Throws: `invalid_request`, `unsupported_response_type`, `invalid_scope` or `invalid_target`.
    public init(_ parameters: FormParameters) throws(OAuthError) {
        try parameters.requireNoRepetition(of: Self.singleNames)
        clientID = try parameters.required(.clientID)
        redirectURI = try parameters.value(.redirectURI)
        state = try parameters.value(.state)

        let responseType = try parameters.required(.responseType)
        guard responseType == ParameterName.code.rawValue else {
            throw OAuthError(
                .unsupportedResponseType, "The only supported response_type is code.",
                Explanation(
                    expected: "response_type=code", received: "response_type=\(public: responseType)",
                    hint: Self.hint(responseType: responseType)))
        }
        let responseMode = try parameters.value(.responseMode) ?? Self.responseMode
        guard responseMode == Self.responseMode else {
            throw OAuthError(
                .invalidRequest, "The only supported response_mode is \(Self.responseMode).",
                Explanation(
                    expected: "response_mode=\(public: Self.responseMode), or none",
                    received: "response_mode=\(public: responseMode)", hint: Self.hint(responseMode: responseMode)))
        }
        challenge = try Self.challenge(parameters)
        scope = try parameters.scope()
        resources = try parameters.resources()
    }

    private static func challenge(_ parameters: FormParameters) throws(OAuthError) -> CodeChallenge {
        guard let value = try parameters.value(.codeChallenge) else {
            throw OAuthError(
                .invalidRequest,
                "\(parameters.isValueless(.codeChallenge) ? "The code_challenge has no value" : "The code challenge is missing"). "
                    + "PKCE is required: send code_challenge and code_challenge_method=S256.",
                Explanation(
                    expected: "code_challenge and code_challenge_method=S256", received: parameters.received,
                    hint: parameters.trace(of: .codeChallenge)
                        ?? "OAuth 2.1 requires PKCE of every client, also of one with a secret."))
        }
        let method = try parameters.value(.codeChallengeMethod)
        guard method == CodeChallenge.method else {
            throw OAuthError(
                .invalidRequest, "Transform algorithm not supported: code_challenge_method must be S256.",
                Explanation(
                    expected: "code_challenge_method=\(public: CodeChallenge.method)",
                    received: method.map { "code_challenge_method=\(public: $0)" }
                        ?? (parameters.isValueless(.codeChallengeMethod)
                            ? "code_challenge_method without a value" : "no code_challenge_method"),
                    hint: method == nil
                        ? parameters.trace(of: .codeChallengeMethod) ?? Self.hint(challengeMethod: nil)
                        : Self.hint(challengeMethod: method)))
        }
        guard let challenge = CodeChallenge(value) else {
            throw OAuthError(
                .invalidRequest,
                "The code_challenge must be 43 characters of A-Z a-z 0-9 - . _ ~: "
                    + "the unpadded base64url SHA-256 of the verifier.",
                CodeChallenge.explanation(ofMalformed: value))
        }
        return challenge
    }

    private static func hint(responseMode: String) -> SafeText? {
        if SecondQuestionMark.isIn(responseMode) { return SecondQuestionMark.hint }
        return SpellingSuggestion.name(to: responseMode, among: [Self.responseMode]).map {
            "Did you mean '\(public: $0)'?"
        } ?? "The answer comes in the query of the redirect URI, which is what no response_mode means, too."
    }

    private static func hint(responseType: String) -> SafeText? {
        if SecondQuestionMark.isIn(responseType) { return SecondQuestionMark.hint }
        switch responseType {
        case GrantType.authorizationCode.rawValue:
            return "'authorization_code' is the grant_type of the token request. The response_type is code."
        case "token", "id_token", "id_token token", "code token", "code id_token":
            return "This is the implicit or hybrid flow, which OAuth 2.1 has removed."
        default:
            return SpellingSuggestion.name(to: responseType, among: [ParameterName.code.rawValue]).map {
                "Did you mean '\(public: $0)'?"
            }
        }
    }

    private static func hint(challengeMethod: String?) -> SafeText {
        switch challengeMethod {
        case nil: "Without a method, plain is meant, which lets anybody who sees the request redeem the code."
        case "plain": "With plain, anybody who sees the request can redeem the code."
        case "s256"?: "The S is an upper-case letter."
        case let method? where SecondQuestionMark.isIn(method): SecondQuestionMark.hint
        case let method? where method.utf8.filter(\.isDigit).elementsEqual("256".utf8):
            "Did you mean '\(public: CodeChallenge.method)'?"
        default: "The metadata list the methods under code_challenge_methods_supported."
        }
    }
}

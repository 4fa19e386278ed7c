/// The request and response parameters that OAuth defines, and the three fields of the login form.
///
/// The IANA "OAuth Parameters" registry. No other place spells the wire names.
public enum ParameterName: String, Sendable, CaseIterable {
    // Authorization request and response: RFC 6749 §4.1, RFC 7636 §4.3, RFC 8707 §2, RFC 9207 §2.
    case responseType = "response_type"
    case responseMode = "response_mode"
    case clientID = "client_id"
    case redirectURI = "redirect_uri"
    case codeChallenge = "code_challenge"
    case codeChallengeMethod = "code_challenge_method"
    case scope
    case state
    case resource
    case code
    case issuer = "iss"
    case error
    case errorDescription = "error_description"
    case errorURI = "error_uri"

    // Token request and response: RFC 6749 §2.3.1, §4 and §5.
    case grantType = "grant_type"
    case codeVerifier = "code_verifier"
    case refreshToken = "refresh_token"
    case clientSecret = "client_secret"
    case accessToken = "access_token"
    case tokenType = "token_type"
    case expiresIn = "expires_in"

    // Introspection and revocation: RFC 7662 §2.1, RFC 7009 §2.1.
    case token
    case tokenTypeHint = "token_type_hint"

    // The login form; no specification names these.
    case username
    case password
    case action
}

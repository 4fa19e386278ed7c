public import Primitives
public import OAuth

/// What becomes of an authorization request whose client and redirect URI are trusted.
public enum AuthorizationDecision: Sendable {
    /// A person may be asked.
    case accepted(ValidAuthorizationRequest)
    /// The browser goes back to the client with this error.
    case redirect(to: String, OAuthError)
}

/// An authorization request that only needs a person's agreement.
public struct ValidAuthorizationRequest: Sendable {
    /// The client.
    public let clientID: String
    /// Where the answer goes.
    public let redirectURI: String
    /// The client's own value.
    public let state: String?
    /// The scope that will be granted.
    public let scope: Scope
    /// The protected resource that tokens will be good for.
    public let resource: String
    /// The challenge for the code's verifier.
    public let challenge: CodeChallenge
    /// The spelling of our origin that the flow runs through.
    public let issuer: String
    /// The request's parameters as they came and nothing else, for the query of the login page.
    public let parameters: FormParameters
}

/// An authorization request that nothing may be redirected for.
///
/// RFC 6749 §4.1.2.1: it is shown to the person instead.
public struct UntrustedAuthorizationRequest: Error, Sendable {
    /// What is wrong, for a person to read.
    public let reason: String
    /// The `client_id` as sent; to be escaped when shown.
    public let clientID: String?
    /// The `redirect_uri` as sent; to be escaped when shown, and never to be followed.
    public let redirectURI: String?
    /// The required parameters that the request lacks altogether.
    public let missing: [ParameterName]
    /// What was compared.
    public let explanation: Explanation
}

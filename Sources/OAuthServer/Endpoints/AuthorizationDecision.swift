public import OAuth
public import Primitives

/// The decision about an authorization request with a trusted client and redirect URI.
public enum AuthorizationDecision: Sendable {
    /// The user may be asked.
    case accepted(ValidAuthorizationRequest)
    /// The browser is redirected to the client with this error.
    case redirect(to: String, OAuthError)
}

/// An authorization request that needs only a user's approval.
public struct ValidAuthorizationRequest: Sendable {
    /// The client.
    public let clientID: String
    /// The redirect URI of the answer.
    public let redirectURI: String
    /// The client's `state`.
    public let state: String?
    /// The scope to grant.
    public let scope: Scope
    /// The audience of the tokens.
    public let resource: String
    /// The challenge for the code's verifier.
    public let challenge: CodeChallenge
    /// The spelling of our origin that the flow uses.
    public let issuer: String
    /// The parameters of the request, without unknown ones, for the query of the login page.
    public let parameters: FormParameters
}

/// An authorization request without a trusted client and redirect URI.
///
/// RFC 6749 §4.1.2.1: it is never redirected, but shown to the user.
public struct UntrustedAuthorizationRequest: Error, Sendable {
    /// The cause, for a person to read.
    public let reason: String
    /// Whether the client or the redirect URI is not one that the server knows.
    public let isUnregistered: Bool
    /// The `client_id` as sent; escape it before showing it.
    public let clientID: String?
    /// The `redirect_uri` as sent; escape it before showing it, and never follow it.
    public let redirectURI: String?
    /// The required parameters that the request lacks.
    public let missing: [ParameterName]
    /// The comparison behind the refusal.
    public let explanation: Explanation
}

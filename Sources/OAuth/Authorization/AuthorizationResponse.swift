/// The answer of the authorization endpoint, carried to the client by the browser.
///
/// RFC 6749 §4.1.2 and §4.1.2.1, with the issuer of RFC 9207 §2 in both.
public struct AuthorizationResponse: Sendable {
    /// The result of the authorization.
    public enum Outcome: Sendable {
        /// The user logged in: the code for the client.
        case code(Secret)
        /// The user did not, or the request was wrong.
        case error(OAuthError)
    }

    /// The trusted redirect URI.
    public let redirectURI: String
    /// The outcome.
    public let outcome: Outcome
    /// The request's state, if it had one.
    public let state: String?
    /// The issuer that answers.
    public let issuer: String

    /// Makes an answer.
    public init(redirectURI: String, outcome: Outcome, state: String?, issuer: String) {
        self.redirectURI = redirectURI
        self.outcome = outcome
        self.state = state
        self.issuer = issuer
    }

    /// The redirect URI with the answer appended to its query.
    public var location: String {
        var parameters = FormParameters()
        switch outcome {
        case .code(let code):
            parameters.append(.code, code.reveal())
        case .error(let error):
            parameters.append(.error, error.code.rawValue)
            parameters.append(.errorDescription, error.description)
        }
        parameters.append(.state, state)
        parameters.append(.issuer, issuer)
        return redirectURI + separator + parameters.encoded
    }

    private var separator: String {
        guard redirectURI.contains("?") else { return "?" }
        return redirectURI.hasSuffix("?") || redirectURI.hasSuffix("&") ? "" : "&"
    }
}

public import Primitives

/// The error of an OAuth endpoint that refuses a request.
///
/// RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8707 §2. It has neither status nor headers, and does not know whether
/// it may be sent by a redirect: the caller's types say that.
public struct OAuthError: Error, Equatable, Sendable {
    /// The registered error codes in use here.
    public enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case invalidTarget = "invalid_target"
        case accessDenied = "access_denied"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
    }

    /// The value of `error`.
    public let code: Code

    /// The value of `error_description`: one or two sentences for the client's developer.
    public let description: String

    /// The comparison behind the error, where there was one; no document shows it.
    public let explanation: Explanation?

    /// Makes an error whose description can be sent unchanged.
    ///
    /// RFC 6749 §5.2 and RFC 6750 §3 allow %x20-21 / %x23-5B / %x5D-7E only. Other characters are replaced, and
    /// everything after 400 characters is cut off, so that text from a request cannot break out of a header or fill a
    /// page.
    public init(_ code: Code, _ description: String, _ explanation: Explanation? = nil) {
        self.code = code
        self.explanation = explanation
        self.description = String(String.UnicodeScalarView(description.unicodeScalars.prefix(400).map(Self.permitted)))
    }

    private static func permitted(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "\"": "'"
        case "\\": "/"
        case " "..."~": scalar
        default: "?"
        }
    }

    /// The error as a JSON body or as the parameters of a redirect.
    public var document: Document {
        Document([ParameterName.error: .string(code.rawValue), .errorDescription: .string(description)])
    }
}

internal import MCPCore
internal import OAuth
internal import Primitives

extension WebResponse {
    /// The value of `error` in a document; an empty text counts as none.
    var oauthError: String? { json?[ParameterName.error.rawValue]?.string?.unlessEmpty }

    /// Whether the client's credentials, or the method of sending them, were refused (RFC 6749 §5.2).
    ///
    /// Servers use different codes with 401; `invalid_grant` means that authentication succeeded, whatever the status.
    var refusesClient: Bool {
        oauthError == OAuthError.Code.invalidClient.rawValue
            || status == 401 && oauthError != OAuthError.Code.invalidGrant.rawValue
    }

    /// Whether the server reports an outage, and so has not judged the request (RFC 9110 §15.6, RFC 6585 §4).
    var isOutage: Bool { status >= 500 || status == 429 }

    /// The error in an answer that is not the expected document, or what the answer is instead.
    ///
    /// `network` for an outage, by status or error code.
    var refusal: ClientError {
        guard let code = oauthError else { return withoutError }
        let description = json?[ParameterName.errorDescription.rawValue]?.string?.unlessEmpty
        let known = OAuthError.Code(rawValue: code)
        let isAway = isOutage && !endsLogin || known == .serverError || known == .temporarilyUnavailable
        let advice: ClientError.Advice =
            switch known {
            case .invalidClient, .unauthorizedClient: .checkClient
            case .invalidGrant: "The code or refresh token is no longer good; log in again."
            case .invalidTarget: "The authorization server does not issue tokens for this resource."
            case .invalidScope: .narrowScope
            default: isAway ? "The authorization server has a problem. Try again later." : "Log in again."
            }
        return ClientError(
            isAway ? .network : .authorizationRefused,
            "\(place) answered \(code.printable(60))" + (description.map { ": \($0.printable(400))" } ?? "."),
            advice: advice, code: code.printable(60), retryAfter: isAway ? head.retryAfter : nil)
    }

    /// Whether the answer means that a refresh token, or its client, is no longer valid.
    ///
    /// RFC 6749 §5.2. No other answer may end a login: it says nothing about the token.
    private var endsLogin: Bool {
        oauthError.flatMap(OAuthError.Code.init).map(OAuthError.Code.endingLogin.contains) ?? false
    }

    private var withoutError: ClientError {
        // An answer with a success status may hold tokens.
        let words = head.isSuccess ? "" : String(decoding: body, as: UTF8.self).trimmingSpace.printable(100)
        return ClientError(
            isOutage ? .network : .protocolViolation,
            "\(place) answered with status \(status)\(head.unfollowedRedirect) and sent \(form)"
                + (head.isSuccess && json == nil ? " instead of a JSON object" : "")
                + (words.isEmpty ? "." : ": \(words)"),
            advice: isOutage ? "Try again later." : nil, code: String(status), retryAfter: head.retryAfter)
    }
}

extension OAuthError.Code {
    /// The codes that end a login: about the token, and about the client.
    static let endingLogin: Set<OAuthError.Code> = [.invalidGrant, .invalidClient, .unauthorizedClient]
}

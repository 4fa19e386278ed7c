public import Primitives

/// The access token in the `Authorization` header of a request.
///
/// OAuth 2.1 §5.1.1, RFC 6750 §2.1.
public enum BearerToken {
    /// Finds the token, or returns nil when the request carries no bearer credentials.
    ///
    /// Another scheme counts as no credentials, so that the answer is a plain challenge.
    ///
    /// - Throws: `invalid_request` for more than one `Authorization` field; `invalid_token` for a text that cannot be a
    ///   token.
    public static func parse(_ authorization: [String]) throws(OAuthError) -> Secret? {
        guard let field = try AuthorizationField.only(of: authorization), field.isOf(scheme: "bearer") else {
            return nil
        }
        guard isWellFormed(field.credentials) else {
            throw OAuthError(
                .invalidToken, "The Authorization header must read 'Bearer' and then one access token (RFC 6750).",
                Explanation(
                    expected: "Bearer and one access token, of A-Z a-z 0-9 - . _ ~ + / and perhaps = at its end",
                    received: "Bearer and \(field.credentials.utf8.count) characters",
                    hint: field.isJoined ? AuthorizationField.joined : hint(ofMalformed: field.credentials)))
        }
        return Secret(field.credentials)
    }

    /// The form of the header that a request needs.
    public static let expected: SafeText = "Authorization: Bearer and an access token"

    /// Explains a header with another scheme; nil where the request has none.
    public static func explanation(ofOtherScheme authorization: [String]) -> Explanation? {
        guard let value = authorization.first else { return nil }
        let field = AuthorizationField(value)
        let hint: SafeText?
        switch (TokenShape(Secret(value)), field.isOf(scheme: "basic"), field.form) {
        case (.ours, _, _), (.jsonWebToken, _, _): hint = "The word Bearer is missing before the token."
        case (_, true, .clientCredentials):
            hint = "Client id and secret are for the token endpoint; this one takes the token that they lead to."
        default: hint = field.hint(insteadOf: "Bearer")
        }
        return Explanation(expected: expected, received: field.shown, hint: hint)
    }

    private static func hint(ofMalformed credentials: String) -> SafeText? {
        if credentials.isEmpty { return "The token is empty: the variable that should hold it was not set." }
        if let placeholder = SecretHints.placeholder(credentials) { return placeholder }
        if credentials.lowercased().hasPrefix("bearer ") {
            return "The word Bearer is there twice: it is part of the token variable, too."
        }
        if credentials.count > 2, let first = credentials.first, "\"'".contains(first), credentials.last == first {
            return "The token stands within quotation marks. Take them off."
        }
        if credentials.hasPrefix("{"), credentials.contains("\"access_token\"") {
            return "The whole token response was sent. Send its access_token only."
        }
        guard let byte = credentials.utf8.first(where: { !$0.isUnreserved && !"+/=".utf8.contains($0) }) else {
            return "Something comes before or after the token: = stands only at the end of one."
        }
        switch byte {
        case UInt8(ascii: " "): return "There is a space in it; a token has none."
        case UInt8(ascii: "%"): return "It is percent-encoded. Send the token as it came."
        case UInt8(ascii: "\\"): return "There is a backslash in it, from a line end that was escaped perhaps."
        case 0x21...0x7E:
            return "There is '\(public: String(UnicodeScalar(byte)))' in it, which no token has. Send the token alone."
        default: return "There is a character in it that is no ASCII. Send the token as it came."
        }
    }

    /// Whether a text consists of the characters of a bearer token (RFC 6750 §2.1, `b64token`).
    public static func isWellFormed(_ text: String) -> Bool {
        let bytes = text.utf8.span
        let end = bytes.indices.first { !bytes[$0].isUnreserved && !"+/".utf8.contains(bytes[$0]) } ?? bytes.count
        return end > 0 && (end..<bytes.count).allSatisfy { bytes[$0] == UInt8(ascii: "=") }
    }
}

/// One value of the `Authorization` header field.
///
/// RFC 9110 §11.6.2: a scheme, whose case does not matter, and its credentials.
struct AuthorizationField {
    let scheme: String
    let credentials: String

    init(_ value: String) {
        let text = value.utf8.drop { $0 == UInt8(ascii: " ") }
        let scheme = text.prefix { $0 != UInt8(ascii: " ") }
        self.scheme = Substring(scheme).lowercased()
        credentials = String(Substring(text[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }))
    }

    /// Reads the field, or returns nil when the request has none.
    ///
    /// - Throws: `invalid_request` when the request has several.
    static func only(of values: [String]) throws(OAuthError) -> AuthorizationField? {
        guard values.count <= 1 else {
            throw OAuthError(
                .invalidRequest, "There is more than one Authorization header; send one.",
                Explanation(
                    expected: "one Authorization header", received: "\(values.count) Authorization headers",
                    hint: Set(values).count == 1 ? "They are equal: something adds the header a second time." : nil))
        }
        return values.first.map(AuthorizationField.init)
    }
}

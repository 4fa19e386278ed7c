internal import Primitives

/// One value of the `Authorization` header field.
///
/// RFC 9110 §11.6.2: a scheme, whose case does not matter, and its credentials.
struct AuthorizationField {
    private let scheme: Substring
    let credentials: String

    init(_ value: String) {
        let octets = value.utf8.span
        func first(from start: Int, isSpace: Bool) -> Int {
            (start..<octets.count).first { (octets[$0] == UInt8(ascii: " ")) == isSpace } ?? octets.count
        }
        let start = first(from: 0, isSpace: false)
        let end = first(from: start, isSpace: true)
        scheme = Substring(value.utf8.dropFirst(start).prefix(end - start))
        credentials = String(Substring(value.utf8.dropFirst(first(from: end, isSpace: false))))
    }

    /// Whether it has this scheme, given in lower-case letters.
    func isOf(scheme name: String) -> Bool {
        scheme.utf8.elementsEqual(name.utf8) { $0 | 0x20 == $1 }
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

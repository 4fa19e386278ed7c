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

    /// The header with its scheme, if that is one that clients are known to send; the rest may be a secret.
    var shown: SafeText {
        if scheme.isEmpty { return "an Authorization header without a value" }
        let name = scheme.lowercased().trimmingPunctuation
        return Self.knownSchemes.contains(name) && !credentials.isEmpty
            ? "Authorization: \(public: String(scheme))" : "another Authorization header"
    }

    /// A hint about the scheme of a header that should have another one; nil where the scheme does not tell.
    func hint(insteadOf wanted: SafeText) -> SafeText? {
        let (name, right) = (scheme.lowercased(), wanted.text.lowercased())
        if name.isEmpty { return "The variable that should hold the header's value is not set, or empty." }
        if name == right { return nil }
        if isQuoted { return "The header's value stands within quotation marks. Take them off." }
        if [":", "="].contains(where: { name.hasPrefix(right + $0) }) {
            return "After \(wanted) there is a space, and nothing else."
        }
        if name.hasPrefix(right + "\t") { return "After \(wanted) there is a tab. Write a space." }
        if name.hasPrefix(right), credentials.isEmpty {
            return "There is no space between \(wanted) and what follows it."
        }
        if SpellingSuggestion.distance(Array(name.utf8.prefix(16)), Array(right.utf8)) <= 2 {
            return "Did you mean \(wanted)?"
        }
        if right == "basic", credentials.isEmpty, Form(String(scheme)) == .clientCredentials {
            return "The word Basic is missing before the credentials."
        }
        if name.split(separator: "=").count == 2, credentials.isEmpty {
            return "Write \(wanted) and a space in place of what stands before the =."
        }
        guard !credentials.isEmpty, Self.knownSchemes.contains(name.trimmingPunctuation) else { return nil }
        return "The scheme here is \(wanted): write that word in place of \(public: String(scheme))."
    }

    private var isQuoted: Bool {
        guard let first = scheme.utf8.first, "\"'".utf8.contains(first) else { return false }
        return (credentials.utf8.last ?? scheme.utf8.last) == first
    }

    /// The form of the credentials, for hints.
    enum Form {
        /// The Base64 of two texts with a colon between them.
        case clientCredentials
        /// What may be an access token.
        case token
        case other

        init(_ text: String) {
            switch TokenShape(Secret(text)) {
            // By chance a token, too, may be the Base64 of bytes with a colon among them.
            case .ours, .jsonWebToken: self = .token
            case .placeholder, .foreign:
                let isPair = Base64.standard.decode(text)?.contains(UInt8(ascii: ":")) == true
                self = isPair ? .clientCredentials : .other
            }
        }
    }

    var form: Form { Form(credentials) }

    private static let knownSchemes = [
        "basic", "bearer", "token", "jwt", "oauth", "dpop", "digest", "negotiate", "apikey", "key",
    ]

    /// Whether the credentials are followed by a comma and the scheme again, as proxies and Fetch join two headers.
    var isJoined: Bool {
        credentials.split(separator: ",").dropFirst().contains {
            $0.trimmingSpaces().lowercased().hasPrefix(scheme.lowercased() + " ")
        }
    }

    static let joined: SafeText = "The header is there several times, joined with commas. Send it once."

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

extension String {
    /// The text without a colon or an equals sign at its end.
    fileprivate var trimmingPunctuation: String { hasSuffix(":") || hasSuffix("=") ? String(dropLast()) : self }
}

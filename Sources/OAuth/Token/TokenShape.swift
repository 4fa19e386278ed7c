public import Primitives

/// The shape of a text where a code or token of this server was expected, judged without a look-up.
public enum TokenShape: Sendable {
    /// 43 characters of the URL-safe Base64 alphabet, as ``Secret/random(from:)`` makes them.
    case ours
    /// Three parts of Base64 with dots between them (RFC 7519 §3).
    case jsonWebToken
    /// A placeholder that was not replaced by a value.
    case placeholder
    /// Anything else.
    case foreign(length: Int)

    /// Classifies a text.
    public init(_ secret: Secret) {
        let text = secret.reveal()
        if SecretHints.placeholder(text) != nil {
            self = .placeholder
        } else if text.hasPrefix("eyJ"), text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2 {
            self = .jsonWebToken
        } else if text.utf8.count == Self.length, Base64.url.decode(text) != nil {
            self = .ours
        } else {
            self = .foreign(length: text.utf8.count)
        }
    }

    /// A hint about an unknown text, from its shape.
    public var hint: SafeText {
        switch self {
        case .ours:
            "It has the form of this server's, but is not among those that it knows now."
        case .jsonWebToken:
            "It is a JSON Web Token, so another authorization server issued it: this one issues opaque tokens only."
        case .placeholder:
            "It is a placeholder: the variable that should hold the value is not set or not filled in."
        case .foreign(Self.length):
            "Codes and tokens of this server are of A-Z a-z 0-9 - _ only, and this has other characters. It was changed on "
                + "its way, or is none of this server's."
        case .foreign(let length):
            "Codes and tokens of this server have \(Self.length) characters, and this has \(length). It was changed on its "
                + "way, or is none of this server's."
        }
    }

    private static let length = 43
}

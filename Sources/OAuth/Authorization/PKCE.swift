internal import Primitives

/// The challenge of a code verifier, by the method S256.
///
/// RFC 7636 §4.2: 43 characters, the URL-safe Base64 of a SHA-256 digest.
public struct CodeChallenge: Sendable, Equatable {
    /// The only supported method: with `plain`, a reader of the request could redeem the code (RFC 7636 §7.2).
    public static let method = "S256"

    /// The 43 characters.
    public let value: String

    /// Reads a challenge, or returns nil when it is not 43 unreserved characters.
    public init?(_ value: String) {
        guard value.utf8.count == 43, value.utf8.allSatisfy(\.isUnreserved) else { return nil }
        self.value = value
    }

    /// Derives the challenge of a verifier.
    public init(of verifier: CodeVerifier) {
        value = Base64.url.encode(verifier.secret.digest.bytes)
    }

    /// Compares in constant time.
    public static func == (left: CodeChallenge, right: CodeChallenge) -> Bool {
        Digest(of: left.value) == Digest(of: right.value)
    }
}

/// The secret that only the client knows that started the authorization.
///
/// RFC 7636 §4.1.
public struct CodeVerifier: Sendable {
    /// The 43 to 128 characters.
    public let secret: Secret

    /// Wraps a verifier, or returns nil when it is not 43 to 128 unreserved characters.
    public init?(_ secret: Secret) {
        let text = secret.reveal()
        guard (43...128).contains(text.utf8.count), text.utf8.allSatisfy(\.isUnreserved) else { return nil }
        self.secret = secret
    }

    private init(trusting secret: Secret) {
        self.secret = secret
    }

    /// Makes a random verifier of 43 characters.
    public static func random(from randomBytes: (Int) -> [UInt8]) -> CodeVerifier {
        CodeVerifier(trusting: .random(from: randomBytes))
    }
}

internal import Primitives

/// A text that must not be printed: a token, a code, a verifier, a client secret or a password.
///
/// Every description of it is `<redacted>`. Comparing takes constant time.
public struct Secret: Sendable, Hashable {
    private let text: String
    /// The digest under which the secret is stored and compared.
    public let digest: Digest

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
        digest = Digest(of: text)
    }

    /// Makes a secret of 256 random bits, as 43 characters of the URL-safe Base64 alphabet.
    ///
    /// RFC 6749 §10.10 asks for 128 bits at least. The alphabet needs no encoding in any header, query or form.
    public static func random(from randomBytes: (Int) -> [UInt8]) -> Secret {
        Secret(Base64.url.encode(randomBytes(32)))
    }

    /// The text itself, for the code that sends it.
    public func reveal() -> String { text }

    /// Compares the digests, in constant time.
    public static func == (left: Secret, right: Secret) -> Bool { left.digest == right.digest }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

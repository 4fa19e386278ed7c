public import Primitives

/// Interpolations that show secrets by their length and fingerprint.
extension SafeText.StringInterpolation {
    /// Appends the fingerprint of a code challenge, because a client may send the verifier as its challenge.
    public mutating func appendInterpolation(_ challenge: CodeChallenge) {
        appendInterpolation(Digest(of: challenge.value))
    }

    /// Appends a parameter's name.
    public mutating func appendInterpolation(_ name: ParameterName) {
        appendLiteral(name.rawValue)
    }

    /// Appends the length of a secret in bytes and its fingerprint.
    public mutating func appendInterpolation(_ secret: Secret) {
        appendLiteral(
            "\(secret.reveal().utf8.count) characters with the fingerprint \(secret.digest.fingerprint)")
    }

    /// Appends the fingerprint of a digest.
    public mutating func appendInterpolation(_ digest: Digest) {
        appendLiteral(digest.fingerprint)
    }

    /// Appends a URL from a peer without its query, fragment and user information, which may hold secrets.
    public mutating func appendInterpolation(url: String) {
        let (rest, fragment) = Self.cut(url, at: UInt8(ascii: "#"))
        let (base, query) = Self.cut(rest, at: UInt8(ascii: "?"))
        if base.utf8.contains(UInt8(ascii: "@")) { appendHidden(base) } else { appendInterpolation(public: base) }
        if let query {
            appendLiteral("?")
            appendHidden(query)
        }
        if let fragment {
            appendLiteral("#")
            appendHidden(fragment)
        }
    }

    private mutating func appendHidden(_ part: String) {
        if part.isEmpty { return }
        appendLiteral("[\(part.utf8.count) characters, sha256 \(Digest(of: part).fingerprint)]")
    }

    private static func cut(_ text: String, at separator: UInt8) -> (before: String, after: String?) {
        guard let index = text.utf8.firstIndex(of: separator) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.utf8.index(after: index)...]))
    }
}

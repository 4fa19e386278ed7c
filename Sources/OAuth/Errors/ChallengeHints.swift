public import Primitives

/// Hints about mistakes with PKCE.
///
/// RFC 7636 §4. Challenges are shown by their fingerprints, because a client may have sent the verifier as one.
extension CodeChallenge {
    /// Explains why a text is no S256 challenge.
    static func explanation(ofMalformed text: String) -> Explanation {
        let length = text.utf8.count
        var hint: SafeText?
        if length == 64, text.utf8.allSatisfy({ $0.hexValue != nil }) {
            hint = "It is a digest in hexadecimal. Encode the 32 bytes of the digest as base64url instead."
        } else if text.hasSpaceAround {
            hint = "There is white space around it."
        } else if text.isPadded {
            hint = "It is padded. Take the = off its end."
        } else if text.isInStandardAlphabet {
            hint = "It is in the standard alphabet of Base64. Use - in place of + and _ in place of /."
        } else if length == 86 {
            hint = "It seems to be the base64url of a digest in hexadecimal. Encode the 32 bytes of the digest itself."
        } else if length < 43 {
            hint = "It is too short for a SHA-256 digest."
        } else if CodeVerifier(Secret(text)) != nil {
            hint = "It may be the verifier. Send base64url(SHA-256(verifier)) as challenge."
        } else {
            hint = "It is not made of 43 characters of A-Z a-z 0-9 - _."
        }
        return Explanation(
            expected: "43 characters: the base64url of a SHA-256 digest, without padding",
            received: "\(length) characters", hint: hint)
    }

    /// Explains why a verifier does not match this challenge.
    public func explanation(ofMismatch verifier: Secret) -> Explanation {
        let text = verifier.reveal()
        if text == value {
            return Explanation(
                expected: "a code_verifier whose base64url SHA-256 is the code_challenge",
                received: "the code_challenge itself as code_verifier",
                hint: "Keep the verifier when the flow begins and send its S256 hash as code_challenge; "
                    + "what was sent amounts to the method plain.")
        }
        guard let wellFormed = CodeVerifier(verifier) else {
            return Explanation(
                expected: "43 to 128 characters of A-Z a-z 0-9 - . _ ~", received: "\(text.utf8.count) characters",
                hint: Self.hint(ofMalformed: text))
        }
        return Explanation(
            expected: "a code_verifier whose challenge has the fingerprint \(self)",
            received: "a code_verifier of \(text.utf8.count) characters whose challenge has the fingerprint "
                + "\(CodeChallenge(of: wellFormed))",
            hint: slip(in: text), subject: .codeVerifier)
    }

    private static func hint(ofMalformed verifier: String) -> SafeText {
        if let placeholder = SecretHints.placeholder(verifier) { return placeholder }
        if verifier.hasSpaceAround { return "There is white space around it." }
        if verifier.isPadded { return "It is padded. Leave the = off, before hashing and before sending." }
        if verifier.isInStandardAlphabet {
            return "It is in the standard alphabet of Base64. Use - in place of + and _ in place of /."
        }
        if verifier.utf8.count < 43 { return "It is too short. Take the base64url of 32 random bytes." }
        if verifier.utf8.count > 128 { return "It is too long. Take the base64url of 32 random bytes." }
        return "Some of its characters are not allowed. Take the base64url of 32 random bytes."
    }

    /// Names the mistake that turns the verifier into this challenge.
    private func slip(in verifier: String) -> SafeText {
        let digest = Digest(of: verifier)
        let slips: [(SafeText, Digest?)] = [
            (
                "The bytes behind the verifier were hashed. Hash the ASCII text of the verifier as it is sent.",
                Base64.url.decode(verifier).map { Digest(of: $0) }
            ),
            ("The verifier was hashed with padding and sent without.", Digest(of: verifier + "=")),
            ("The verifier was hashed with a line end.", Digest(of: verifier + "\n")),
            ("The digest was hashed again.", Digest(of: digest.bytes)),
            ("The digest in hexadecimal was hashed again.", Digest(of: digest.hex)),
        ]
        let match = slips.first { $0.1.map { Base64.url.encode($0.bytes) } == value }
        return match?.0
            ?? "Its S256 hash is not the code_challenge, and no usual slip in hashing it leads there. Keep one verifier for "
            + "each authorization request."
    }
}

extension String {
    /// Whether it ends like padded Base64, after characters of either alphabet.
    fileprivate var isPadded: Bool {
        let text = utf8.reversed().drop { $0 == UInt8(ascii: "=") }
        return text.count < utf8.count && text.allSatisfy { $0.isUnreserved || "+/".utf8.contains($0) }
    }

    /// Whether it is Base64 with + or /, which a form may have decoded to a space.
    fileprivate var isInStandardAlphabet: Bool {
        contains(where: "+/ ".contains)
            && utf8.allSatisfy { $0.isLetter || $0.isDigit || "+/ =".utf8.contains($0) }
    }
}

internal import MCPCore
package import OAuth
package import Primitives

/// Finds secrets in public text: those of the settings, and everything that looks like a secret of this server.
///
/// Codes and tokens are runs of 43 or more characters of the URL-safe Base64 alphabet (``Secret/random(from:)``). A
/// verifier may hold dots and tildes as well (RFC 7636 §4.1), and a signed token has dots; host names have them, too,
/// but hardly ever letters of both cases and digits. Session ids are runs of 32 hexadecimal digits.
package struct SecretScanner: Sendable {
    /// The secrets of the settings in all their encodings; short ones are left out, because any text contains them.
    private let configured: [[UInt8]]
    /// Whether a configured secret begins with a byte.
    private let begins: [Bool]

    /// The bytes beyond a limit that ``scanned(_:atMost:)`` needs, so that no secret is cut into an unrecognizable
    /// piece.
    let margin: Int

    package init(_ secrets: [Secret], clientID: String = "") {
        configured = Set(secrets.flatMap { Self.spellings(of: $0.reveal(), clientID) }.map { Array($0.utf8) })
            .filter { $0.count >= Self.shortest }.sorted { $0.count > $1.count }
        var begins = [Bool](repeating: false, count: 256)
        for spelling in configured { begins[Int(spelling[0])] = true }
        self.begins = begins
        margin = max(512, configured.first?.count ?? 0)
    }

    /// The encodings of a secret: in text, a URL, a JSON document, and Basic credentials (RFC 7617 §2); and what a form
    /// makes of one that is not encoded.
    private static func spellings(of secret: String, _ clientID: String) -> [String] {
        let (encoded, id) = (FormCoding.encode(secret), FormCoding.encode(clientID))
        let member = String(decoding: JSONWriter.bytes(of: .string(secret)).dropFirst().dropLast(), as: UTF8.self)
        let credentials = ["\(clientID):\(secret)", "\(id):\(encoded)"]
        let spellings = [
            secret, encoded, encoded.withLowercaseDigits, encoded.replacing("%20", with: "+"), member,
            secret.replacing("+", with: " "),
        ]
        return spellings + credentials.map { Base64.standard.encode(Array($0.utf8)) }
    }

    /// Returns text with a fingerprint in place of each secret.
    package func scanned(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return scanned(bytes, atMost: bytes.count)
    }

    /// Returns the beginning of a peer's text, as long as a ``SafeText`` shows of it.
    package func excerpt(_ text: String) -> SafeText {
        "\(public: Redacted(message: text, atMost: 4 * SafeText.longest, self).text)"
    }

    /// Returns an explanation with a fingerprint in place of each secret.
    package func scanned(_ explanation: Explanation) -> Explanation {
        func scanned(_ text: SafeText) -> SafeText { text.searched { self.scanned($0) } }
        var result = explanation
        result.expected = explanation.expected.map(scanned)
        result.received = explanation.received.map(scanned)
        result.hint = explanation.hint.map(scanned)
        return result
    }

    /// Returns the text of the first bytes, with a fingerprint in place of each secret that begins within them.
    func scanned(_ bytes: [UInt8], atMost limit: Int) -> String {
        var shown: [UInt8] = []
        shown.reserveCapacity(min(bytes.count, limit))
        var position = 0
        var runs = TokenRuns()
        while position < min(bytes.count, limit) {
            if let end = runs.endOfSecret(bytes, from: position) {
                shown += Self.fingerprint(bytes[position..<end])
                position = end
                continue
            }
            if begins[Int(bytes[position])],
                let secret = configured.first(where: { bytes[position...].starts(with: $0) })
            {
                shown += Self.fingerprint(secret[...])
                position += secret.count
            } else {
                shown.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// Whether a secret of the settings is in a text.
    func holdsConfigured(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.contains { start in
            begins[Int(bytes[start])] && configured.contains { bytes[start...].starts(with: $0) }
        }
    }

    private static func fingerprint(_ secret: ArraySlice<UInt8>) -> [UInt8] {
        Array(Redacted(Digest(of: Array(secret)), length: secret.count).text.utf8)
    }

    private static let shortest = 6
}

extension String {
    /// Percent-encoded text with hexadecimal digits in lower case, which some clients write.
    fileprivate var withLowercaseDigits: String {
        split(separator: "%", omittingEmptySubsequences: false).enumerated()
            .map { $0 == 0 ? String($1) : $1.prefix(2).lowercased() + $1.dropFirst(2) }.joined(separator: "%")
    }
}

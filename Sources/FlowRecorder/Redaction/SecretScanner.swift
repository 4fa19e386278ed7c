internal import MCPCore
package import OAuth
package import Primitives

/// Finds secrets in public text: those of the settings, and everything that looks like a secret of this server.
///
/// Codes and tokens are runs of 43 or more characters of the URL-safe Base64 alphabet (``Secret/random(from:)``). A
/// verifier may hold dots and tildes as well (RFC 7636 §4.1), and a signed token has dots; host names have them, too,
/// but hardly ever letters of both cases and digits. Session ids are runs of 32 hexadecimal digits. All of them are
/// found in text as it is and in text that is percent-encoded or a JSON string, in any mixture.
package struct SecretScanner: Sendable {
    /// A secret in a text.
    private struct Finding {
        let place: Range<Int>
        let secret: [UInt8]

        var shown: [UInt8] { Array(Redacted(Digest(of: secret), length: secret.count).text.utf8) }
    }

    /// The secrets of the settings by the byte that they begin with; short ones are left out, because any text contains
    /// them.
    private let configured: [[ConfiguredSecret]]

    /// The bytes beyond a limit that ``scanned(_:atMost:)`` needs, so that no secret is cut into an unrecognizable
    /// piece.
    let margin: Int

    package init(_ secrets: [Secret], clientID: String = "") {
        let forms = Set(secrets.flatMap { ConfiguredSecret.forms(of: $0.reveal(), clientID: clientID) })
            .filter { $0.bytes.count >= Self.shortest }.sorted { $0.bytes.count > $1.bytes.count }
        configured = (UInt8.min...UInt8.max).map { byte in forms.filter { $0.begins(with: byte) } }
        margin = max(512, SpelledText.longest * (forms.first?.bytes.count ?? 0))
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
        let end = min(bytes.count, limit)
        var shown: [UInt8] = []
        var position = 0
        for finding in findings(in: bytes) where finding.place.lowerBound < end {
            shown += bytes[position..<finding.place.lowerBound]
            shown += finding.shown
            position = finding.place.upperBound
        }
        return String(decoding: shown + bytes[min(position, end)..<end], as: UTF8.self)
    }

    /// Whether a secret of the settings is in a text.
    func holdsConfigured(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.contains { configured(in: bytes, at: $0) != nil }
    }

    // MARK: Finding secrets

    /// The secrets in a text, in order; those that overlap are one.
    ///
    /// - Parameter layers: how many more times the text is decoded. Twice is enough for clients and proxies that encode
    ///   what is encoded already; a secret that is encoded more often is not found.
    private func findings(in bytes: [UInt8], layers: Int = 2) -> [Finding] {
        var found = Self.runs(in: bytes)
        if layers > 0, let spelled = SpelledText(bytes) {
            let decoded = findings(in: spelled.bytes, layers: layers - 1)
                .map { Finding(place: spelled.place(of: $0.place), secret: $0.secret) }
            found = decoded + Self.apart(found, from: decoded)
        }
        for position in bytes.indices {
            guard let (secret, end) = configured(in: bytes, at: position) else { continue }
            found.append(Finding(place: position..<end, secret: secret))
        }
        return found.count < 2 ? found : Self.merged(found, bytes)
    }

    private func configured(in bytes: [UInt8], at position: Int) -> (secret: [UInt8], end: Int)? {
        func first(_ byte: UInt8) -> (secret: [UInt8], end: Int)? {
            for secret in configured[Int(byte)] {
                if let end = secret.end(in: bytes, from: position) { return (secret.bytes, end) }
            }
            return nil
        }
        if let found = first(bytes[position]) { return found }
        guard SpelledText.isEscape(bytes[position]) else { return nil }
        return SpelledText.readings(bytes, at: position).lazy.compactMap { first($0.bytes[0]) }.first
    }

    /// The codes, tokens, verifiers and session ids.
    private static func runs(in bytes: [UInt8]) -> [Finding] {
        var found: [Finding] = []
        var runs = TokenRuns()
        var position = 0
        while position < bytes.count {
            guard let end = runs.endOfSecret(bytes, from: position) else {
                position += 1
                continue
            }
            found.append(Finding(place: position..<end, secret: Array(bytes[position..<end])))
            position = end
        }
        return found
    }

    /// The runs that are not found in the decoded text, too; there without the rest of an escape, as of `%2F` or
    /// `\u002f`, that comes before.
    private static func apart(_ runs: [Finding], from decoded: [Finding]) -> [Finding] {
        var rest = decoded[...]
        return runs.filter { run in
            rest = rest.drop { $0.place.upperBound < run.place.upperBound }
            return rest.first.map { $0.place.lowerBound > run.place.lowerBound + 5 } ?? true
        }
    }

    private static func merged(_ findings: [Finding], _ bytes: [UInt8]) -> [Finding] {
        let sorted = findings.sorted {
            ($0.place.lowerBound, -$0.place.upperBound) < ($1.place.lowerBound, -$1.place.upperBound)
        }
        return sorted.reduce(into: []) { merged, finding in
            guard let last = merged.last, finding.place.lowerBound < last.place.upperBound else {
                return merged.append(finding)
            }
            guard finding.place.upperBound > last.place.upperBound else { return }
            let place = last.place.lowerBound..<finding.place.upperBound
            merged[merged.count - 1] = Finding(place: place, secret: Array(bytes[place]))
        }
    }

    private static let shortest = 6
}

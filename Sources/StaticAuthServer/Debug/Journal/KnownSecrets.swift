internal import OAuth

/// Finds secrets in text that is otherwise public: those of the settings, and whatever looks like one of our making.
///
/// Codes, tokens and verifiers are runs of 43 or more characters of the URL-safe Base64 alphabet (``Secret/random(from:)``,
/// RFC 7636 §4.1); session ids are as many hexadecimal digits as make up 128 bits.
struct KnownSecrets: Sendable {
    /// The configured ones; one of a few characters would be found in any text.
    private let configured: [[UInt8]]

    /// How many bytes past a limit ``scanned(_:atMost:)`` needs to see, so that no secret is cut into a harmless piece.
    let margin: Int

    init(_ secrets: [Secret]) {
        let spellings = secrets.flatMap { [$0.reveal(), FormCoding.encode($0.reveal())] }
        configured = Set(spellings.map { Array($0.utf8) }).filter { $0.count >= Self.shortest }
            .sorted { $0.count > $1.count }
        margin = max(512, configured.first?.count ?? 0)
    }

    init(_ settings: Settings) {
        self.init([settings.clientSecret] + settings.users.map(\.password) + (settings.debugToken.map { [$0] } ?? []))
    }

    /// Returns text with a fingerprint in place of each secret.
    ///
    /// - Parameter findsRuns: whether runs that look like a secret are one.
    func scanned(_ text: String, findsRuns: Bool = true) -> String {
        let bytes = Array(text.utf8)
        return scanned(bytes, atMost: bytes.count, findsRuns: findsRuns)
    }

    /// Returns an explanation with a fingerprint in place of each secret.
    func scanned(_ explanation: Explanation) -> Explanation {
        func scanned(_ text: SafeText) -> SafeText {
            text.searched { text, challenges in
                // Challenges stand between the other parts of the text, so each part is searched by itself.
                guard let challenge = challenges.first(where: text.contains) else { return self.scanned(text) }
                return text.split(separator: challenge, omittingEmptySubsequences: false)
                    .map { self.scanned(String($0)) }.joined(separator: challenge)
            }
        }
        return Explanation(
            expected: explanation.expected.map(scanned), received: explanation.received.map(scanned),
            hint: explanation.hint.map(scanned))
    }

    /// Returns the text of the first bytes, with a fingerprint in place of each secret that begins within them.
    func scanned(_ bytes: [UInt8], atMost limit: Int, findsRuns: Bool = true) -> String {
        var shown: [UInt8] = []
        shown.reserveCapacity(min(bytes.count, limit))
        var position = 0
        var runEnd = 0
        while position < min(bytes.count, limit) {
            if position >= runEnd, findsRuns {
                runEnd = Self.endOfRun(bytes, from: position)
                if Self.isSecret(bytes[position..<runEnd]) {
                    shown += Self.fingerprint(bytes[position..<runEnd])
                    position = runEnd
                    continue
                }
            }
            if let secret = configured.first(where: { bytes[position...].starts(with: $0) }) {
                shown += Self.fingerprint(secret[...])
                position += secret.count
            } else {
                shown.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }

    private static func endOfRun(_ bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while end < bytes.count, isTokenCharacter(bytes[end]) { end += 1 }
        return max(end, start + 1)
    }

    private static func isSecret(_ run: ArraySlice<UInt8>) -> Bool {
        run.count >= tokenLength || (run.count >= sessionIDLength && run.allSatisfy(isHexDigit))
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func fingerprint(_ secret: ArraySlice<UInt8>) -> [UInt8] {
        Array(Redacted(Digest(of: Array(secret)), length: secret.count).text.utf8)
    }

    private static let tokenLength = 43
    /// Session ids are 128 bits in hexadecimal digits.
    private static let sessionIDLength = 32
    private static let shortest = 6
}

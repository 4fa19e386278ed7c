internal import OAuth
internal import Primitives

/// What stands for a session id everywhere but at its owner: the SHA-256 of it.
///
/// A reader of the store or of a log learns no id that could be used.
struct SessionKey: Hashable, Sendable {
    /// The 64 digits.
    let text: String

    /// The key of an id.
    init(of id: Secret) { text = id.digest.hex }

    /// Reads the digits; nil for another text.
    init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The beginning, for a log.
    var fingerprint: String { String(text.prefix(12)) }

    /// Whether a text can be an id, or a `state`, of this gateway: 32 bytes in URL-safe Base64.
    static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count == 43 && text.utf8.allSatisfy { $0.isUnreserved && $0 != 0x2E && $0 != 0x7E }
    }
}

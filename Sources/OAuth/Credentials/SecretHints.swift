public import Primitives

/// Hints about a secret that was damaged between its source and this server.
///
/// Only the digest of the right one is known, so likely mistakes are undone one by one and the digests compared.
public enum SecretHints {
    /// Names the mistake; nil when it cannot be found.
    ///
    /// It tries everything even when there is no right secret, so that the time it takes depends only on the one
    /// presented.
    public static func hint(_ presented: Secret, insteadOf expected: Digest?) -> SafeText? {
        let text = presented.reveal()
        let repairs: [(SafeText, String?)] = [
            (
                "It is the right one with white space around it, a line end perhaps. Strip it after reading it.",
                text.trimmed
            ),
            ("It is the right one within quotation marks. Take them off.", text.trimmed.unquoted),
            ("It is the right one, percent-encoded once too often.", FormCoding.decode(Array(text.utf8)[...])),
            ("It is the right one, form-decoded once too often: each + has become a space.", text.withPlusForSpace),
            ("It is the Base64 of the right one. Send it as it is.", text.decoded),
            ("It is the right one in another case. Upper and lower case count.", text.lowercased()),
            ("It is the right one in another case. Upper and lower case count.", text.uppercased()),
        ]
        let placeholder = placeholder(text)
        let digests = repairs.map { $0.1.map(Digest.init(of:)) }
        let hints = zip(repairs, digests).filter { $1 != nil && $1 == expected }.map(\.0.0)
        return hints.first ?? placeholder
    }

    /// Recognizes the text that programs write for a variable that was not set.
    public static func placeholder(_ text: String) -> SafeText? {
        let isTemplate =
            ["${", "{{", "<", "%("].contains(where: text.hasPrefix) || (text.first == "$" && text.count > 1)
        guard isTemplate || ["undefined", "null", "None", "nil", "[object Object]", ""].contains(text) else {
            return nil
        }
        return "It is a placeholder: the variable that should hold the value is not set or not filled in."
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    fileprivate var unquoted: String? {
        guard count > 2, let first, first == last, "\"'`".contains(first) else { return nil }
        return String(dropFirst().dropLast())
    }

    fileprivate var withPlusForSpace: String { String(map { $0 == " " ? "+" : $0 }) }

    fileprivate var decoded: String? {
        (Base64.standard.decode(self) ?? Base64.url.decode(self)).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension CredentialHistory {
    /// A code, token or session id, by a part of it.
    struct Fragment: Sendable {
        /// The digest of the whole.
        let whole: Digest
        /// The number of characters of the whole.
        let length: Int
    }

    /// The number of characters of a fragment: too many to guess, and few enough to stay whole when a text is cut.
    private static let fragmentLength = 20
    /// The number of characters of the shortest secret that is kept, the id of a session.
    private static let shortest = 32
    /// The number of characters of a presented text that are looked at.
    private static let searched = 512

    /// Keeps the beginning and the end of a secret, and all of it in one case, as digests.
    mutating func note(fragmentsOf text: String) {
        guard text.utf8.count >= Self.fragmentLength else { return }
        let fragment = Fragment(whole: Digest(of: text), length: text.utf8.count)
        fragments[Self.beginning(of: text)] = fragment
        fragments[Self.end(of: text)] = fragment
        fragments[Self.inOneCase(text)] = fragment
    }

    /// What was done to a secret that is known, and its digest; nil for a text that is like none.
    func damage(to whole: String) -> (whole: Digest, how: SafeText)? {
        let (text, count) = (String(decoding: whole.utf8.prefix(Self.searched), as: UTF8.self), whole.utf8.count)
        for part in text.utf8.split(whereSeparator: { !$0.isLetter && !$0.isDigit && !"-_".utf8.contains($0) }) {
            let part = String(Substring(part))
            if part.utf8.count >= Self.shortest, part.utf8.count < count, isKnown(Digest(of: part)) {
                return (Digest(of: part), "with other characters around it. Send it alone.")
            }
        }
        if let fragment = fragments[Self.inOneCase(text)], fragment.whole != Digest(of: text) {
            return (fragment.whole, "in another case. Upper and lower case count.")
        }
        guard count >= Self.fragmentLength else { return nil }
        let found = [(fragments[Self.beginning(of: text)], true), (fragments[Self.end(of: text)], false)]
        guard
            let (fragment, isBeginning) = found.lazy.compactMap({ part, isBeginning in part.map { ($0, isBeginning) } })
                .first, fragment.whole != Digest(of: text)
        else { return nil }
        let place: SafeText = isBeginning ? "end" : "beginning"
        let how: SafeText =
            if count == fragment.length {
                "with other characters at its \(place): it was changed on its way."
            } else {
                "\(count < fragment.length ? "cut" : "with more added to it") on its way: it has \(count) characters in place "
                    + "of \(fragment.length)."
            }
        return (fragment.whole, how)
    }

    private func isKnown(_ digest: Digest) -> Bool {
        codes[digest] != nil || tokens[digest] != nil || sessions[digest] != nil
    }

    private static func beginning(of text: String) -> Digest {
        Digest(of: "<" + String(decoding: text.utf8.prefix(fragmentLength), as: UTF8.self))
    }

    private static func inOneCase(_ text: String) -> Digest { Digest(of: "~" + text.lowercased()) }

    private static func end(of text: String) -> Digest {
        Digest(of: ">" + String(decoding: text.utf8.suffix(fragmentLength), as: UTF8.self))
    }
}

extension ClassifiedExchange {
    /// The code, the tokens or the session id in the answer.
    var issuedTexts: [String] {
        switch event {
        case .authorization(_, .code):
            let target = exchange.response.fields.first("location") ?? answered?["redirect_to"]?.string ?? ""
            let query = target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
            return (try? FormParameters(decoding: query))?.values(.code) ?? []
        case .token(_, .issued):
            let names = [ParameterName.accessToken, .refreshToken].map(\.rawValue)
            return names.compactMap { (answered ?? [:])[$0]?.string }
        case .message:
            guard exchange.status == 200, requestFields.session == nil, responseFields.session != nil else { return [] }
            return exchange.response.fields[HeaderName.session]
        default: return []
        }
    }

    /// The object in the answer, or in the one that a fault damaged.
    private var answered: JSONObject? {
        if let document = (try? JSONParser.parse(exchange.answerBody))?.object { return document }
        guard case .bytes(let bytes)? = exchange.intended?.body else { return nil }
        return (try? JSONParser.parse(bytes))?.object
    }
}

#if Redis
internal import OAuth
internal import OAuthServer

/// The names under which Redis keeps our values: a prefix, what it is, and a digest.
struct Keys: Sendable {
    private let prefix: String

    init(prefix: String) {
        self.prefix = prefix
    }

    /// What the keys of grants begin with.
    var grants: String { "\(prefix)grant:" }

    /// What matches the keys of all grants, codes, tokens or sessions, in the pattern language of `SCAN`.
    func pattern(_ kind: String) -> String {
        let escaped = prefix.map { "*?[]\\^".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "\(escaped)\(kind):*"
    }

    /// The digest at the end of a session's key.
    func digest(ofSession key: String) -> [UInt8]? {
        let digits = key.utf8.dropFirst(session([]).utf8.count)
        guard digits.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).compactMap { start in
            UInt8(String(decoding: digits.dropFirst(start).prefix(2), as: UTF8.self), radix: 16)
        }
    }

    func grant(_ id: GrantID) -> String { grants + id.hex }
    func code(_ digest: Digest) -> String { "\(prefix)code:\(digest.hex)" }
    func accessToken(_ digest: Digest) -> String { "\(prefix)access:\(digest.hex)" }
    func refreshToken(_ digest: Digest) -> String { "\(prefix)refresh:\(digest.hex)" }

    /// The mark of an access token whose answer never left.
    static func mark(ofAccessToken key: String) -> String {
        "\(key.dropLast(71))undelivered:\(key.suffix(64))"
    }

    /// The same in Lua, of an expression for the key.
    static func luaMark(of key: String) -> String {
        "string.sub(\(key), 1, -72) .. 'undelivered:' .. string.sub(\(key), -64)"
    }

    func session(_ digest: [UInt8]) -> String {
        "\(prefix)session:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension GrantID {
    /// The bits in hexadecimal digits, without leading zeros.
    var hex: String { String(rawValue, radix: 16) }

    /// Reads the digits back.
    init?(hex: String) {
        guard let bits = UInt128(hex, radix: 16) else { return nil }
        self.init(rawValue: bits)
    }
}
#endif

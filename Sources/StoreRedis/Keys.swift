#if Redis
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The names of the keys in Redis: a prefix, the kind, and a digest.
struct Keys: Sendable {
    private let prefix: String

    init(prefix: String) {
        self.prefix = prefix
    }

    /// The prefix of the keys of grants.
    var grants: String { "\(prefix)grant:" }

    /// The `SCAN` pattern of the keys of all grants, codes, tokens or sessions.
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

    /// The key that marks an access token whose answer was never sent.
    static func mark(ofAccessToken key: String) -> String {
        "\(key.dropLast(71))undelivered:\(key.suffix(64))"
    }

    /// The same as a Lua expression, from an expression for the token's key.
    static func luaMark(of key: String) -> String {
        "string.sub(\(key), 1, -72) .. 'undelivered:' .. string.sub(\(key), -64)"
    }

    func session(_ digest: [UInt8]) -> String {
        "\(prefix)session:\(digest[...].hexadecimal)"
    }
}

extension GrantID {
    /// The value in hexadecimal digits, without leading zeros.
    var hex: String { String(rawValue, radix: 16) }

    /// Reads the digits.
    init?(hex: String) {
        guard let bits = UInt128(hex, radix: 16) else { return nil }
        self.init(rawValue: bits)
    }
}
#endif

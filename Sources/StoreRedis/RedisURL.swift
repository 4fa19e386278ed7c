#if Redis
public import OAuth

/// The address of a Redis server and the login: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`.
public struct RedisURL: Sendable {
    /// A host name or an IP address; an IPv6 address without brackets.
    public let host: String
    /// The TCP port; the default is 6379.
    public let port: Int
    /// The user; nil for the default user.
    public let user: String?
    /// The password; nil when Redis asks for none.
    public let password: Secret?
    /// The number of the database.
    public let database: Int

    /// The reason why a text is no such URL, without repeating the text.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        /// The mistake, and the correct form.
        public let description: String
    }

    /// Reads a URL, and decodes percent-encoding in user and password.
    ///
    /// - Throws: ``Malformed``.
    public init(_ text: String) throws(Malformed) {
        guard let uri = URI(text), let authority = uri.host, ["redis", "rediss"].contains(uri.scheme.lowercased())
        else {
            throw Malformed(
                description:
                    "It is not a URL of the form redis://[[USER]:PASSWORD@]HOST:PORT[/DB]. In a password write "
                    + "what is neither a letter, a digit nor one of -._~ percent-encoded: @ as %40.")
        }
        guard uri.scheme.lowercased() == "redis" else {
            throw Malformed(
                description: "TLS to Redis (rediss://) is not supported. Reach Redis through a network you trust or a "
                    + "TLS tunnel on this machine, and give that as redis://HOST:PORT.")
        }
        guard uri.query == nil, uri.fragment == nil else {
            throw Malformed(description: "It has something behind ? or #; nothing can be set there.")
        }
        host = authority.hasPrefix("[") ? String(authority.dropFirst().dropLast()) : authority
        port = Int(uri.port ?? 6379)
        (user, password) = try Self.credentials(uri.userinfo)
        database = try Self.database(uri.path)
    }

    private static func credentials(_ userinfo: String?) throws(Malformed) -> (user: String?, password: Secret?) {
        guard let userinfo else { return (nil, nil) }
        let parts = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw Malformed(description: "Before the @ stands :PASSWORD or USER:PASSWORD.")
        }
        guard let user = decode(parts[0]), let password = decode(parts[1]) else {
            throw Malformed(description: "The user or password is not UTF-8 once its percent-encoding is undone.")
        }
        return (user.isEmpty ? nil : user, Secret(password))
    }

    private static func database(_ path: String) throws(Malformed) -> Int {
        let digits = path.utf8.dropFirst()
        guard !digits.isEmpty else { return 0 }
        guard digits.count < 10, digits.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(path.dropFirst())
        else { throw Malformed(description: "Behind the / stands the number of a database: /2.") }
        return number
    }

    /// Undoes percent-encoding, which `URI` has found well-formed; nil when the result is not UTF-8.
    private static func decode(_ text: Substring) -> String? {
        var decoded: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension RedisURL: CustomStringConvertible {
    /// The address, without user and password.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
#endif

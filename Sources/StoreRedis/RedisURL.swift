#if Redis
public import OAuth

/// Where a Redis server is and how to log in: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`.
public struct RedisURL: Sendable {
    /// A name or an IP address; an IPv6 address without its brackets.
    public let host: String
    /// The TCP port; 6379 where none is written.
    public let port: Int
    /// The user to log in as; nil: the default user.
    public let user: String?
    /// The password; nil: nobody has to log in.
    public let password: Secret?
    /// The number of the database.
    public let database: Int

    /// Why a text is not such a URL, without repeating it.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to write instead.
        public let description: String
    }

    /// Reads a URL; what stands percent-encoded in the user or password is decoded.
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

    /// Undoes percent-encoding, whose form the URI's own check has made sure of; nil when no UTF-8 comes of it.
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

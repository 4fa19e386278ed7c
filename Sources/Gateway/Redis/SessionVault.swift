internal import MCPClient
internal import Primitives

/// Sessions in Redis, encrypted.
///
/// The keys, each with a time to live: `session:` with the record, `mark:` that tells a session that has ended or
/// expired from one that never was, `state:` with the session that a login belongs to, and `lock:`. A key ends with a
/// digest.
struct SessionVault: Sendable {
    /// What is known of a session.
    enum Finding {
        case session(sealed: String)
        /// It was disconnected.
        case ended
        /// It was not used for too long, or Redis has lost it.
        case missing(wasKnown: Bool)
    }

    let link: RedisLink
    let key: StoreKey
    /// The lifetime of a session that is not used.
    let idle: Duration

    static let prefix = "static-auth-gateway:"
    /// How long a login may take.
    static let stateLifetime = Duration.seconds(600)
    private static let lockLifetime = Duration.seconds(10)
    private static let (open, ended, used) = ("open", "ended", "used")

    /// Redis keeps a session a little longer than its lifetime, so that not every use has to be told.
    var slack: Duration { idle / 20 }
    var lifetime: Duration { idle + slack }

    private static func name(_ kind: String, _ key: SessionKey) -> String { "\(prefix)\(kind):\(key.text)" }

    private static func milliseconds(_ duration: Duration) -> String { String(Int(duration / .milliseconds(1))) }

    // MARK: - Sessions

    func find(_ key: SessionKey) async throws(RedisLink.Away) -> Finding {
        let found = try await link.send(["MGET", Self.name("session", key), Self.name("mark", key)]).list
        let mark = found.last?.text
        if mark == Self.ended { return .ended }
        guard let sealed = found.first?.text else { return .missing(wasKnown: mark != nil) }
        return .session(sealed: sealed)
    }

    /// How a session was stored.
    enum Storing {
        case done
        /// Another instance has stored this meanwhile.
        case found(sealed: String)
        /// It was ended.
        case ended
    }

    private static let storing = """
        if redis.call('GET',KEYS[2])=='\(ended)' then return '\(ended)' end
        local found=redis.call('GET',KEYS[1])
        if found and found~=ARGV[1] and found~=ARGV[2] and ARGV[3]=='0' then return found end
        redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[4])
        redis.call('SET',KEYS[2],'\(open)','PX',ARGV[5])
        return ''
        """

    /// Stores a session in place of what was known of it, unless it was ended.
    ///
    /// - Parameters:
    ///   - before: the text that it replaces; another one is returned and kept.
    ///   - isForced: whether to replace any other, because tokens were renewed under the lock.
    ///   - elapsed: the time since the session was used.
    func store(
        _ key: SessionKey, _ sealed: String, after before: String?, isForced: Bool, elapsed: Duration = .zero
    ) async throws(RedisLink.Away) -> Storing {
        let reply = try await link.send([
            "EVAL", Self.storing, "2", Self.name("session", key), Self.name("mark", key), sealed, before ?? "",
            isForced ? "1" : "0", Self.milliseconds(max(lifetime - elapsed, .milliseconds(1))),
            Self.milliseconds(max(idle * 2 - elapsed, .milliseconds(1))),
        ]).text
        switch reply {
        case nil, "", sealed: return .done
        case Self.ended: return .ended
        case let other?: return .found(sealed: other)
        }
    }

    /// Keeps a session for a time from now on.
    func touch(_ key: SessionKey, for lifetime: Duration) async throws(RedisLink.Away) {
        _ = try await link.send(["PEXPIRE", Self.name("session", key), Self.milliseconds(lifetime + slack)])
        _ = try await link.send(["PEXPIRE", Self.name("mark", key), Self.milliseconds(idle * 2)])
    }

    func end(_ key: SessionKey) async throws(RedisLink.Away) {
        _ = try await link.send(["SET", Self.name("mark", key), Self.ended, "PX", Self.milliseconds(idle * 2)])
        _ = try await link.send(["DEL", Self.name("session", key)])
    }

    // MARK: - States of logins

    func store(state: SessionKey, of session: SessionKey) async throws(RedisLink.Away) {
        _ = try await link.send([
            "SET", Self.name("state", state), session.text, "PX", Self.milliseconds(Self.stateLifetime), "NX",
        ])
    }

    /// The session that a login belongs to.
    func session(ofState state: SessionKey) async throws(RedisLink.Away) -> SessionKey? {
        try await link.send(["GET", Self.name("state", state)]).text.flatMap(SessionKey.init)
    }

    /// Spends a state; false when it was spent before.
    func spend(state: SessionKey) async throws(RedisLink.Away) -> Bool {
        let name = Self.name("state", state)
        let before = try await link.send(["GETSET", name, Self.used]).text
        _ = try await link.send(["PEXPIRE", name, Self.milliseconds(Self.stateLifetime)])
        return before != Self.used
    }

    // MARK: - The lock of a renewal

    /// Takes the lock; false while another instance has it.
    func lock(_ key: SessionKey, owner: String) async throws(RedisLink.Away) -> Bool {
        try await link.send([
            "SET", Self.name("lock", key), owner, "PX", Self.milliseconds(Self.lockLifetime), "NX",
        ]) != .none
    }

    /// Keeps the lock, where it is still this owner's.
    func extend(_ key: SessionKey, owner: String) async throws(RedisLink.Away) {
        _ = try await compare("redis.call('PEXPIRE',KEYS[1],ARGV[2])", key, owner)
    }

    func unlock(_ key: SessionKey, owner: String) async throws(RedisLink.Away) {
        _ = try await compare("redis.call('DEL',KEYS[1])", key, owner)
    }

    private func compare(_ work: String, _ key: SessionKey, _ owner: String) async throws(RedisLink.Away) -> RedisReply
    {
        try await link.send([
            "EVAL", "if redis.call('GET',KEYS[1])==ARGV[1] then return \(work) end return 0", "1",
            Self.name("lock", key), owner, Self.milliseconds(Self.lockLifetime),
        ])
    }

    // MARK: - Encryption

    /// Encrypts a document for the key of its session.
    func seal(_ document: JSONObject, _ key: SessionKey) throws(ClientError) -> String {
        Base64.standard.encode(try self.key.seal(JSONWriter.bytes(of: document), name: Self.name("session", key)))
    }

    /// Decrypts; nil when it was encrypted with another key, or is damaged.
    func open(_ sealed: String, _ key: SessionKey) -> JSONObject? {
        guard let bytes = Base64.standard.decode(sealed),
            let plain = self.key.open(bytes, name: Self.name("session", key))
        else { return nil }
        return (try? JSONParser.parse(plain))?.object
    }
}

#if Redis
internal import OAuth
public import OAuthServer
public import Primitives

/// The debug operations that end codes, tokens, grants and sessions early, those of other instances included.
///
/// Redis has no index of a subject's keys, so these operations scan all keys, page by page.
extension RedisStore {
    /// See `GrantStore.expire`.
    public func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) async throws -> Int {
        let time = String(instant.nanoseconds)
        switch tokens {
        case .one(let digest):
            let named = kinds.map { kind in
                switch kind {
                case .access: keys.accessToken(digest)
                case .refresh: keys.refreshToken(digest)
                case .code: keys.code(digest)
                }
            }
            return try await run(.expire, keys: named, [keys.grants, time, ""]).integer ?? 0
        case .subject, .all:
            var count = 0
            for kind in kinds {
                try await forEachPage(of: kind.rawValue) { page in
                    let member = tokens.subject.map(EarlyEnd.member) ?? ""
                    count += try await run(.expire, keys: page, [keys.grants, time, member]).integer ?? 0
                }
            }
            return count
        }
    }

    /// See `GrantStore.revoke`.
    public func revoke(allOf subject: String?) async throws -> Int {
        var count = 0
        try await forEachPage(of: "grant") { page in
            count += try await run(.revokeAll, keys: page, [subject.map(EarlyEnd.member) ?? ""]).integer ?? 0
        }
        return count
    }

    /// See `SessionStore.end`.
    public func end(allOf subject: String?, at now: Duration) async throws -> [[UInt8]] {
        var ended: [[UInt8]] = []
        try await forEachPage(of: "session") { page in
            let reply = try await run(
                .endSessions, keys: page, [String(now.nanoseconds), subject.map(EarlyEnd.firstMember) ?? ""])
            ended += (reply.array ?? []).compactMap { $0.text.flatMap(keys.digest(ofSession:)) }
        }
        return ended
    }

    /// Scans all keys of a kind; a key that exists during the whole scan is visited at least once.
    private func forEachPage(of kind: String, _ body: ([String]) async throws -> Void) async throws {
        var cursor = "0"
        repeat {
            let words = ["SCAN", cursor, "MATCH", keys.pattern(kind), "COUNT", "1000"]
            guard let page = try await client.send(.plain(words)).array, page.count == 2, let next = page[0].text else {
                throw Record.unreadable
            }
            let found = (page[1].array ?? []).compactMap(\.text)
            if !found.isEmpty { try await body(found) }
            cursor = next
        } while cursor != "0"
    }
}

extension TokenSelection {
    fileprivate var subject: String? {
        if case .subject(let subject) = self { subject } else { nil }
    }
}

/// The scripts of these operations.
///
/// They find a subject by its member in the JSON text of a record. Inside a JSON string a quotation mark is always
/// escaped, so no other value can match.
enum EarlyEnd {
    /// The text of the subject in a grant's record, between other members.
    static func member(ofSubject subject: String) -> String {
        "," + firstMember(ofSubject: subject)
    }

    /// The text of the subject in a session's record, which begins with it.
    static func firstMember(ofSubject subject: String) -> String {
        #""subject":"# + String(decoding: JSONWriter.bytes(of: .string(subject)), as: UTF8.self) + ","
    }

    /// Expires codes or tokens.
    ///
    /// KEYS: codes or tokens. ARGV: the prefix of the keys of grants, the time, and the text that a grant's record must
    /// contain.
    static let expire = """
        local count = 0
        for _, key in ipairs(KEYS) do
            local found = redis.call('HMGET', key, 'grant', 'record', 'spent_at', 'ended_at')
            local grant = found[1] and redis.call('HGET', ARGV[1] .. found[1], 'record')
            if grant and not found[3] and string.find(grant, ARGV[3], 1, true) then
                local ends = tonumber(found[4] or string.match(found[2], '"expires_at":(%d+)'))
                if ends and ends > tonumber(ARGV[2]) then
                    redis.call('HSET', key, 'ended_at', ARGV[2])
                    count = count + 1
                end
            end
        end
        return count
        """

    /// Ends grants.
    ///
    /// KEYS: grants. ARGV: the text that their records must contain.
    static let revokeAll = """
        local count = 0
        for _, key in ipairs(KEYS) do
            local record = redis.call('HGET', key, 'record')
            if record and string.find(record, ARGV[1], 1, true) then
                local open = redis.call('HGET', key, 'open')
                redis.call('HDEL', key, 'record', 'open')
                redis.call('HSET', key, 'revoked', '1')
                if not open or tonumber(open) > 0 then count = count + 1 end
            end
        end
        return count
        """

    /// Ends sessions.
    ///
    /// KEYS: sessions. ARGV: the time, and the text that their records must contain.
    static let endSessions = """
        local ended = {}
        for _, key in ipairs(KEYS) do
            local found = redis.call('HMGET', key, 'record', 'expires_at')
            if found[1] and string.find(found[1], ARGV[2], 1, true) then
                redis.call('DEL', key)
                if tonumber(found[2]) > tonumber(ARGV[1]) then table.insert(ended, key) end
            end
        end
        return ended
        """
}
#endif

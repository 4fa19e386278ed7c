#if Redis
/// The operations that take more than one command, each as one script, which Redis runs atomically.
///
/// A code or token is a hash with its `record` and the id of its `grant`. Once it is spent it also has its `successor`
/// (the key of the access token that it was exchanged for), `refresh` (the key of the refresh token issued with that)
/// and the time, `spent_at`. A grant is a hash with its `record`, the latest expiry of its codes and tokens (`latest`)
/// and the number of those that are neither spent nor revoked (`open`); a revoked grant has the mark `revoked` and
/// nothing else. So revoking changes one key, however many tokens there are.
///
/// When Redis is out of memory it refuses the first command of a script that needs memory, unless the script has
/// written before. So a script does all or nothing, and one that must work all the same begins with a write that needs
/// no memory.
enum Script: CaseIterable, Sendable {
    /// Finds a code or token and its grant.
    case find
    /// Stores codes or tokens with their grant.
    case insert
    /// Spends a code or refresh token and stores the tokens that it is exchanged for.
    case spend
    /// Ends a grant.
    case revoke
    /// Expires codes or tokens early.
    case expire
    /// Ends several grants.
    case revokeAll
    /// Removes an access token, and its grant when nothing else of the grant is open.
    case revokeAccessToken
    /// Stores a session.
    case insertSession
    /// Finds a session and marks it as used.
    case useSession
    /// Ends several sessions.
    case endSessions

    /// The text in Lua.
    var source: String {
        switch self {
        // KEYS: the code or token. ARGV: the prefix of the keys of grants.
        case .find:
            """
            local found = redis.call('HMGET', KEYS[1], 'grant', 'record', 'spent_at', 'ended_at')
            if not found[1] then return false end
            local grant = redis.call('HMGET', ARGV[1] .. found[1], 'record', 'latest')
            if not grant[1] then return false end
            return {found[1], found[2], found[3], grant[1], grant[2], found[4]}
            """
        case .expire: EarlyEnd.expire
        case .revokeAll: EarlyEnd.revokeAll
        case .endSessions: EarlyEnd.endSessions
        case .insert:
            """
            \(Self.remember)
            if redis.call('HEXISTS', KEYS[1], 'revoked') == 1 then return 'unknown' end
            return remember(#KEYS - 1)
            """
        // The last of KEYS: the code or token to spend. The last of ARGV: the time, and the milliseconds to keep it.
        case .spend:
            """
            \(Self.remember)
            local spent = KEYS[#KEYS]
            local found = redis.call('HMGET', spent, 'grant', 'successor', 'refresh')
            if found[1] ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'record') == 0 then return 'unknown' end
            -- The same trade once more: it was made, and its reply was lost.
            if found[2] == KEYS[2] then return 'done' end
            if found[2] and redis.call('EXISTS', \(Keys.luaMark(of: "found[2]"))) == 0 then return 'replayed' end
            -- Without a refresh token it is the access token once more.
            local refresh = KEYS[#KEYS - 1]
            redis.call('HSET', spent, 'successor', KEYS[2], 'refresh', refresh, 'spent_at', ARGV[#ARGV - 1])
            redis.call('PEXPIRE', spent, ARGV[#ARGV])
            remember(#KEYS - 2)
            -- The tokens of a trade whose answer never left are taken back; else what is spent is open no more.
            local closed = 1
            if found[2] then closed = redis.call('DEL', found[2], found[3] or found[2]) end
            if redis.call('HEXISTS', KEYS[1], 'open') == 1 then redis.call('HINCRBY', KEYS[1], 'open', -closed) end
            return 'done'
            """
        // KEYS: the grant. Its mark stays for an hour at least, so that tokens being issued meanwhile are refused.
        case .revoke:
            """
            if redis.call('HDEL', KEYS[1], 'record', 'open') > 0 then redis.call('HSET', KEYS[1], 'revoked', '1') end
            return 'done'
            """
        // KEYS: the access token. ARGV: the prefix of the keys of grants.
        case .revokeAccessToken:
            """
            local id = redis.call('HGET', KEYS[1], 'grant')
            if not id then return 'done' end
            redis.call('DEL', KEYS[1])
            local grant = ARGV[1] .. id
            if redis.call('HEXISTS', grant, 'open') == 0 then return 'done' end
            if redis.call('HINCRBY', grant, 'open', -1) <= 0 then redis.call('DEL', grant) end
            return 'done'
            """
        // KEYS: the session. ARGV: its record, its expiry, its end, and the milliseconds to keep it.
        case .insertSession:
            """
            redis.call('HSET', KEYS[1], 'record', ARGV[1], 'expires_at', ARGV[2], 'ends_at', ARGV[3])
            return redis.call('PEXPIRE', KEYS[1], ARGV[4])
            """
        // KEYS: the session. ARGV: the time, the new expiry, and the milliseconds to keep it.
        case .useSession:
            """
            local found = redis.call('HMGET', KEYS[1], 'record', 'expires_at', 'ends_at')
            if not found[1] or tonumber(found[2]) <= tonumber(ARGV[1]) then return false end
            local expiry = ARGV[2]
            if tonumber(found[3]) < tonumber(expiry) then expiry = found[3] end
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            if tonumber(expiry) <= tonumber(found[2]) then return found end
            redis.call('HSET', KEYS[1], 'expires_at', expiry)
            return {found[1], expiry, found[3]}
            """
        }
    }

    /// The part that `insert` and `spend` share.
    ///
    /// KEYS: the grant, then the codes or tokens. ARGV: of the grant its id, its record, the latest expiry of what is
    /// stored and the milliseconds to keep it; of each code or token its record and the milliseconds.
    private static let remember = """
        local function remember(count)
            local isNew = redis.call('HSET', KEYS[1], 'record', ARGV[2]) == 1
            local latest = redis.call('HGET', KEYS[1], 'latest')
            if not latest or tonumber(latest) < tonumber(ARGV[3]) then
                redis.call('HSET', KEYS[1], 'latest', ARGV[3])
            end
            -- Not by the instant, which may have been told by a clock that was ahead.
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
            local added = 0
            for i = 1, count do
                local fields = redis.call('HSET', KEYS[i + 1], 'grant', ARGV[1], 'record', ARGV[2 * i + 3])
                if fields == 2 then added = added + 1 end
                redis.call('PEXPIRE', KEYS[i + 1], ARGV[2 * i + 4])
            end
            -- Not for a grant of before these were counted.
            if isNew or redis.call('HEXISTS', KEYS[1], 'open') == 1 then
                redis.call('HINCRBY', KEYS[1], 'open', added)
            end
            return 'done'
        end
        """
}
#endif

#if Redis
public import OAuth
public import OAuthServer
internal import Primitives

extension RedisStore: GrantStore {
    // MARK: Adding and spending

    /// See `GrantStore.insert`.
    public func insert(_ code: CodeRecord) async throws {
        let deposit = InsertArguments(code, in: self)
        _ = try await run(.insert, keys: deposit.keys, deposit.arguments)
    }

    /// See `GrantStore.insert`.
    public func insert(_ tokens: IssuedTokens) async throws -> InsertOutcome {
        let deposit = InsertArguments(tokens, in: self)
        switch try await run(.insert, keys: deposit.keys, deposit.arguments).text {
        case "done": return .done
        default: return .unknown
        }
    }

    /// See `GrantStore.exchange`.
    public func exchange(code: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        try await spend(keys.code(code), for: tokens)
    }

    /// See `GrantStore.rotate`.
    public func rotate(refreshToken: Digest, for tokens: IssuedTokens) async throws -> SpendOutcome {
        try await spend(keys.refreshToken(refreshToken), for: tokens)
    }

    private func spend(_ key: String, for tokens: IssuedTokens) async throws -> SpendOutcome {
        let deposit = InsertArguments(tokens, in: self)
        let untilGrantEnds = lifetime(until: tokens.grant.expiresAt, from: tokens.accessToken.issuedAt)
        let spentAt = String(tokens.accessToken.issuedAt.nanoseconds)
        let arguments = deposit.arguments + [spentAt, untilGrantEnds]
        switch try await run(.spend, keys: deposit.keys + [key], arguments).text {
        case "done": return .done
        case "replayed": return .replayed(tokens.grant.id)
        default: return .unknown
        }
    }

    // MARK: Reading

    /// See `GrantStore.code`.
    public func code(_ digest: Digest) async throws -> CodeRecord? {
        guard let found = try await find(keys.code(digest)) else { return nil }
        let code = try CodeRecord(
            found.record, digest: digest, grant: found.grant, endedAt: found.endedAt, isSpent: found.spentAt != nil)
        return isRemembered(found, until: code.expiresAt) ? code : nil
    }

    /// See `GrantStore.refreshToken`.
    public func refreshToken(_ digest: Digest) async throws -> RefreshTokenRecord? {
        guard let found = try await find(keys.refreshToken(digest)) else { return nil }
        let token = try RefreshTokenRecord(
            found.record, digest: digest, grant: found.grant, endedAt: found.endedAt, spentAt: found.spentAt)
        return isRemembered(found, until: token.expiresAt) ? token : nil
    }

    /// See `GrantStore.accessToken`.
    public func accessToken(_ digest: Digest) async throws -> AccessTokenRecord? {
        guard let found = try await find(keys.accessToken(digest)) else { return nil }
        let token = try AccessTokenRecord(found.record, digest: digest, grant: found.grant, endedAt: found.endedAt)
        return isRemembered(found, until: token.expiresAt) ? token : nil
    }

    /// A code or token, with its grant.
    private struct Found {
        let record: Record
        let spentAt: Instant?
        let grant: GrantRecord
        /// The latest expiry of the grant's codes and tokens.
        let latest: Instant
        /// The time at which debugging expired it early.
        let endedAt: Instant?
    }

    private func find(_ key: String) async throws -> Found? {
        guard let values = try await run(.find, keys: [key], [keys.grants]).array else { return nil }
        guard values.count == 6, let id = values[0].text.flatMap(GrantID.init(hex:)) else { throw Record.unreadable }
        return Found(
            record: try Record(values[1]), spentAt: values[2] == .null ? nil : try Record.instant(values[2]),
            grant: try GrantRecord(Record(values[3]), id: id), latest: try Record.instant(values[4]),
            endedAt: values[5] == .null ? nil : try Record.instant(values[5]))
    }

    /// Whether housekeeping has kept it: what is spent stays for as long as its grant has anything left.
    private func isRemembered(_ found: Found, until expiry: Instant) -> Bool {
        (found.spentAt != nil ? found.latest : expiry) >= horizon
    }

    // MARK: Revoking

    /// See `GrantStore.revoke`.
    public func revoke(_ grant: GrantID) async throws {
        _ = try await run(.revoke, keys: [keys.grant(grant)])
    }

    /// See `GrantStore.revoke`.
    public func revoke(accessToken: Digest) async throws {
        _ = try await run(.revokeAccessToken, keys: [keys.accessToken(accessToken)], [keys.grants])
    }
}

/// The arguments of the scripts that store codes or tokens with their grant.
private struct InsertArguments {
    private(set) var keys: [String]
    private(set) var arguments: [String]

    private init(_ grant: GrantRecord, latest: Instant, from issue: Instant?, in store: RedisStore) {
        keys = [store.keys.grant(grant.id)]
        arguments = [
            grant.id.hex, grant.record.text, String(latest.nanoseconds), store.lifetime(until: latest, from: issue),
        ]
    }

    init(_ code: CodeRecord, in store: RedisStore) {
        self.init(code.grant, latest: code.expiresAt, from: nil, in: store)
        add(code.record, under: store.keys.code(code.digest), store.lifetime(until: code.expiresAt))
    }

    init(_ tokens: IssuedTokens, in store: RedisStore) {
        let (access, refresh) = (tokens.accessToken, tokens.refreshToken)
        let latest = max(access.expiresAt, refresh?.expiresAt ?? .zero)
        self.init(tokens.grant, latest: latest, from: access.issuedAt, in: store)
        add(
            access.record, under: store.keys.accessToken(access.digest),
            store.lifetime(until: access.expiresAt, from: access.issuedAt))
        if let refresh {
            add(
                refresh.record, under: store.keys.refreshToken(refresh.digest),
                store.lifetime(until: refresh.expiresAt, from: refresh.issuedAt))
        }
    }

    private mutating func add(_ record: Record, under key: String, _ lifetime: String) {
        keys.append(key)
        arguments += [record.text, lifetime]
    }
}
#endif

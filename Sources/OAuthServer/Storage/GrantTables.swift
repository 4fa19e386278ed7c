import OAuth
internal import Primitives

/// The tables of the memory store.
///
/// Tables of codes and tokens, by digest, point to their ``GrantEntry``, which has the grant's values and its tokens.
/// ``expiries`` names the code or token that expires next, ``order`` the oldest grant. So revoking, expiring and
/// evicting touch only what they remove: a constant number of entries for each token that was ever inserted, however
/// many there are and however they are distributed over grants.
struct GrantTables {
    /// A grant and the keys of its codes and tokens.
    private final class GrantEntry {
        let grant: GrantRecord
        var code: Digest?
        var accessTokens = GrantMembers()
        /// All of them, including spent ones.
        var refreshTokens = GrantMembers()
        var unspentRefreshTokens = 0
        var isRevoked = false

        init(_ grant: GrantRecord) {
            self.grant = grant
        }
    }

    /// An entry to examine at its expiry.
    private enum Expiring {
        case code(Digest)
        case accessToken(Digest)
        case refreshToken(Digest)
        case revokedGrant(GrantID)
    }

    private struct Code {
        let entry: GrantEntry
        let redirectURI: String
        let challenge: CodeChallenge
        let expiresAt: Instant
        var isSpent: Bool
    }

    private struct AccessToken {
        let entry: GrantEntry
        let scope: Scope
        let issuedAt: Instant
        let expiresAt: Instant
    }

    private struct RefreshToken {
        let entry: GrantEntry
        let issuedAt: Instant
        let expiresAt: Instant
        var spentAt: Instant?
    }

    private let grantCapacity: Int
    private let tokenCapacity: Int
    private var grants: [GrantID: GrantEntry] = [:]
    private var codes: [Digest: Code] = [:]
    private var accessTokens: [Digest: AccessToken] = [:]
    private var refreshTokens: [Digest: RefreshToken] = [:]
    private var expiries = ExpiryHeap<Expiring>()
    private var order = GrantQueue()
    /// The total number of entries examined for removal; tests compare it with the number of insertions.
    private(set) var steps = 0

    init(grantCapacity: Int, tokenCapacity: Int) {
        self.grantCapacity = grantCapacity
        self.tokenCapacity = tokenCapacity
    }

    // MARK: Reading

    func code(_ digest: Digest) -> CodeRecord? {
        codes[digest].map { code in
            CodeRecord(
                digest: digest, grant: code.entry.grant, redirectURI: code.redirectURI, challenge: code.challenge,
                expiresAt: code.expiresAt, isSpent: code.isSpent)
        }
    }

    func accessToken(_ digest: Digest) -> AccessTokenRecord? {
        accessTokens[digest].map { token in
            AccessTokenRecord(
                digest: digest, grant: token.entry.grant, scope: token.scope, issuedAt: token.issuedAt,
                expiresAt: token.expiresAt)
        }
    }

    func refreshToken(_ digest: Digest) -> RefreshTokenRecord? {
        refreshTokens[digest].map { token in
            RefreshTokenRecord(
                digest: digest, grant: token.entry.grant, issuedAt: token.issuedAt, expiresAt: token.expiresAt,
                spentAt: token.spentAt)
        }
    }

    // MARK: Adding and spending

    mutating func insert(_ code: CodeRecord) {
        let entry = entry(of: code.grant)
        guard !entry.isRevoked else { return }
        entry.code = code.digest
        codes[code.digest] = Code(
            entry: entry, redirectURI: code.redirectURI, challenge: code.challenge, expiresAt: code.expiresAt,
            isSpent: false)
        expiries.insert(.code(code.digest), at: code.expiresAt)
        stayWithinCapacity()
    }

    mutating func insert(_ tokens: IssuedTokens) -> InsertOutcome {
        let entry = entry(of: tokens.grant)
        guard !entry.isRevoked else { return .unknown }
        return add(tokens, to: entry) ? .done : .unknown
    }

    mutating func exchange(code digest: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        guard let code = codes[digest] else { return .unknown }
        guard !code.isSpent else { return .replayed(code.entry.grant.id) }
        codes[digest]?.isSpent = true
        return add(tokens, to: code.entry) ? .done : .unknown
    }

    mutating func rotate(refreshToken digest: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        guard let token = refreshTokens[digest] else { return .unknown }
        guard token.spentAt == nil else { return .replayed(token.entry.grant.id) }
        refreshTokens[digest]?.spentAt = tokens.accessToken.issuedAt
        token.entry.unspentRefreshTokens -= 1
        return add(tokens, to: token.entry) ? .done : .unknown
    }

    private mutating func entry(of grant: GrantRecord) -> GrantEntry {
        if let entry = grants[grant.id] { return entry }
        let entry = GrantEntry(grant)
        grants[grant.id] = entry
        order.append(grant.id)
        return entry
    }

    /// Adds tokens; returns false when the capacity evicted the entry itself.
    private mutating func add(_ tokens: IssuedTokens, to entry: GrantEntry) -> Bool {
        let access = tokens.accessToken
        entry.accessTokens.insert(access.digest)
        accessTokens[access.digest] = AccessToken(
            entry: entry, scope: access.scope, issuedAt: access.issuedAt, expiresAt: access.expiresAt)
        expiries.insert(.accessToken(access.digest), at: access.expiresAt)
        if let refresh = tokens.refreshToken {
            entry.refreshTokens.insert(refresh.digest)
            entry.unspentRefreshTokens += 1
            refreshTokens[refresh.digest] = RefreshToken(
                entry: entry, issuedAt: refresh.issuedAt, expiresAt: refresh.expiresAt)
            expiries.insert(.refreshToken(refresh.digest), at: refresh.expiresAt)
        }
        stayWithinCapacity()
        return grants[entry.grant.id] != nil
    }

    // MARK: Removing

    /// Empties and marks the entry but keeps it, so that tokens being issued meanwhile are refused.
    mutating func revoke(_ grant: GrantID) {
        guard let entry = grants[grant], !entry.isRevoked else { return }
        removeMembers(of: entry)
        entry.isRevoked = true
        expiries.insert(.revokedGrant(grant), at: entry.grant.expiresAt)
    }

    mutating func revoke(accessToken digest: Digest) {
        guard let entry = accessTokens[digest]?.entry else { return }
        forget(accessToken: digest, of: entry)
        removeIfEmpty(entry)
    }

    mutating func removeExpired(before instant: Instant) {
        while let next = expiries.popFirst(before: instant) {
            steps += 1
            switch next.element {
            case .code(let digest):
                guard let code = codes[digest], !code.isSpent else { continue }
                codes[digest] = nil
                code.entry.code = nil
                removeIfEmpty(code.entry)
            case .accessToken(let digest):
                guard let entry = accessTokens[digest]?.entry else { continue }
                forget(accessToken: digest, of: entry)
                removeIfEmpty(entry)
            case .refreshToken(let digest):
                guard let token = refreshTokens[digest], token.spentAt == nil else { continue }
                refreshTokens[digest] = nil
                token.entry.unspentRefreshTokens -= 1
                steps += token.entry.refreshTokens.remove { refreshTokens[$0] != nil }
                removeIfEmpty(token.entry)
            case .revokedGrant(let grant):
                if let entry = grants[grant] { remove(entry) }
            }
        }
    }

    private mutating func forget(accessToken digest: Digest, of entry: GrantEntry) {
        accessTokens[digest] = nil
        steps += entry.accessTokens.remove { accessTokens[$0] != nil }
    }

    /// Removes a grant without usable codes or tokens, together with its spent ones.
    private mutating func removeIfEmpty(_ entry: GrantEntry) {
        let codeIsOpen = entry.code.flatMap { codes[$0] }.map { !$0.isSpent } ?? false
        guard entry.accessTokens.count == 0, entry.unspentRefreshTokens == 0, !codeIsOpen else { return }
        remove(entry)
    }

    /// Evicts the oldest grants with all their tokens, and rebuilds an index when more than half of it is outdated.
    private mutating func stayWithinCapacity() {
        while grants.count > grantCapacity || accessTokens.count + refreshTokens.count > tokenCapacity {
            guard let id = order.popFirst() else { break }
            if let entry = grants[id] { remove(entry) }
        }
        if order.count > 2 * grants.count + Self.slack {
            steps += order.count
            order.keep { grants[$0] != nil }
        }
        let lives = codes.count + accessTokens.count + refreshTokens.count + grants.count
        if expiries.count > 2 * lives + Self.slack { rebuildExpiries() }
    }

    /// The number of entries below which an index is not rebuilt.
    private static let slack = 1024

    private mutating func rebuildExpiries() {
        expiries = ExpiryHeap()
        for (digest, code) in codes where !code.isSpent { expiries.insert(.code(digest), at: code.expiresAt) }
        for (digest, token) in accessTokens { expiries.insert(.accessToken(digest), at: token.expiresAt) }
        for (digest, token) in refreshTokens where token.spentAt == nil {
            expiries.insert(.refreshToken(digest), at: token.expiresAt)
        }
        for entry in grants.values where entry.isRevoked {
            expiries.insert(.revokedGrant(entry.grant.id), at: entry.grant.expiresAt)
        }
        steps += codes.count + accessTokens.count + refreshTokens.count + grants.count
    }

    private mutating func remove(_ entry: GrantEntry) {
        removeMembers(of: entry)
        grants[entry.grant.id] = nil
    }

    private mutating func removeMembers(of entry: GrantEntry) {
        if let code = entry.code { codes[code] = nil }
        entry.code = nil
        steps += entry.accessTokens.removeAll { accessTokens[$0] = nil }
        steps += entry.refreshTokens.removeAll { refreshTokens[$0] = nil }
        entry.unspentRefreshTokens = 0
    }
}

// MARK: - Early end

extension GrantTables {
    mutating func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) -> Int {
        var count = 0
        for digest in kinds.contains(.code) ? Self.digests(tokens, of: codes, \.entry) : [] {
            guard let code = codes[digest], !code.isSpent, code.expiresAt > instant else { continue }
            codes[digest] = Code(
                entry: code.entry, redirectURI: code.redirectURI, challenge: code.challenge, expiresAt: instant,
                isSpent: false)
            expiries.insert(.code(digest), at: instant)
            count += 1
        }
        for digest in kinds.contains(.access) ? Self.digests(tokens, of: accessTokens, \.entry) : [] {
            guard let token = accessTokens[digest], token.expiresAt > instant else { continue }
            accessTokens[digest] = AccessToken(
                entry: token.entry, scope: token.scope, issuedAt: token.issuedAt, expiresAt: instant)
            expiries.insert(.accessToken(digest), at: instant)
            count += 1
        }
        for digest in kinds.contains(.refresh) ? Self.digests(tokens, of: refreshTokens, \.entry) : [] {
            guard let token = refreshTokens[digest], token.spentAt == nil, token.expiresAt > instant else { continue }
            refreshTokens[digest] = RefreshToken(entry: token.entry, issuedAt: token.issuedAt, expiresAt: instant)
            expiries.insert(.refreshToken(digest), at: instant)
            count += 1
        }
        return count
    }

    mutating func revoke(allOf subject: String?) -> Int {
        let concerned = grants.values.filter { !$0.isRevoked && (subject == nil || $0.grant.subject == subject) }
        // A grant without usable codes or tokens does not count.
        for entry in concerned { revoke(entry.grant.id) }
        return concerned.count
    }

    private static func digests<Value>(
        _ tokens: TokenSelection, of table: [Digest: Value], _ entry: (Value) -> GrantEntry
    ) -> [Digest] {
        switch tokens {
        case .one(let digest): [digest]
        case .subject(let subject): table.filter { entry($0.value).grant.subject == subject }.map(\.key)
        case .all: Array(table.keys)
        }
    }
}

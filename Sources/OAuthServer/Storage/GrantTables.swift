import OAuth
internal import Primitives

/// The tables of the memory store.
///
/// Tables of codes and tokens, by digest, point to their ``Family``, which has the grant's values and all its tokens.
/// ``expiries`` names the code or token that expires next, ``order`` the oldest grant. So revoking, expiring and
/// evicting touch only what they remove: a constant number of entries for each token that was ever inserted, however
/// many there are and however they are distributed over grants.
struct GrantTables {
    /// A grant and the keys of its codes and tokens.
    private final class Family {
        let grant: GrantRecord
        var code: Digest?
        var accessTokens = FamilyMembers()
        /// All of them, including spent ones.
        var refreshTokens = FamilyMembers()
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
        let family: Family
        let redirectURI: String
        let challenge: CodeChallenge
        let expiresAt: Instant
        var isSpent: Bool
    }

    private struct AccessToken {
        let family: Family
        let scope: Scope
        let issuedAt: Instant
        let expiresAt: Instant
    }

    private struct RefreshToken {
        let family: Family
        let issuedAt: Instant
        let expiresAt: Instant
        var spentAt: Instant?
    }

    private let grantCapacity: Int
    private let tokenCapacity: Int
    private var families: [GrantID: Family] = [:]
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
                digest: digest, grant: code.family.grant, redirectURI: code.redirectURI, challenge: code.challenge,
                expiresAt: code.expiresAt, isSpent: code.isSpent)
        }
    }

    func accessToken(_ digest: Digest) -> AccessTokenRecord? {
        accessTokens[digest].map { token in
            AccessTokenRecord(
                digest: digest, grant: token.family.grant, scope: token.scope, issuedAt: token.issuedAt,
                expiresAt: token.expiresAt)
        }
    }

    func refreshToken(_ digest: Digest) -> RefreshTokenRecord? {
        refreshTokens[digest].map { token in
            RefreshTokenRecord(
                digest: digest, grant: token.family.grant, issuedAt: token.issuedAt, expiresAt: token.expiresAt,
                spentAt: token.spentAt)
        }
    }

    // MARK: Adding and spending

    mutating func insert(_ code: CodeRecord) {
        let family = family(of: code.grant)
        guard !family.isRevoked else { return }
        family.code = code.digest
        codes[code.digest] = Code(
            family: family, redirectURI: code.redirectURI, challenge: code.challenge, expiresAt: code.expiresAt,
            isSpent: false)
        expiries.insert(.code(code.digest), at: code.expiresAt)
        stayWithinCapacity()
    }

    mutating func insert(_ tokens: IssuedTokens) -> InsertOutcome {
        let family = family(of: tokens.grant)
        guard !family.isRevoked else { return .unknown }
        return add(tokens, to: family) ? .done : .unknown
    }

    mutating func exchange(code digest: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        guard let code = codes[digest] else { return .unknown }
        guard !code.isSpent else { return .replayed(code.family.grant.id) }
        codes[digest]?.isSpent = true
        return add(tokens, to: code.family) ? .done : .unknown
    }

    mutating func rotate(refreshToken digest: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        guard let token = refreshTokens[digest] else { return .unknown }
        guard token.spentAt == nil else { return .replayed(token.family.grant.id) }
        refreshTokens[digest]?.spentAt = tokens.accessToken.issuedAt
        token.family.unspentRefreshTokens -= 1
        return add(tokens, to: token.family) ? .done : .unknown
    }

    private mutating func family(of grant: GrantRecord) -> Family {
        if let family = families[grant.id] { return family }
        let family = Family(grant)
        families[grant.id] = family
        order.append(grant.id)
        return family
    }

    /// Adds tokens; returns false when the capacity evicted the family itself.
    private mutating func add(_ tokens: IssuedTokens, to family: Family) -> Bool {
        let access = tokens.accessToken
        family.accessTokens.insert(access.digest)
        accessTokens[access.digest] = AccessToken(
            family: family, scope: access.scope, issuedAt: access.issuedAt, expiresAt: access.expiresAt)
        expiries.insert(.accessToken(access.digest), at: access.expiresAt)
        if let refresh = tokens.refreshToken {
            family.refreshTokens.insert(refresh.digest)
            family.unspentRefreshTokens += 1
            refreshTokens[refresh.digest] = RefreshToken(
                family: family, issuedAt: refresh.issuedAt, expiresAt: refresh.expiresAt)
            expiries.insert(.refreshToken(refresh.digest), at: refresh.expiresAt)
        }
        stayWithinCapacity()
        return families[family.grant.id] != nil
    }

    // MARK: Removing

    /// Empties and marks the family but keeps it, so that tokens being issued meanwhile are refused.
    mutating func revoke(_ grant: GrantID) {
        guard let family = families[grant], !family.isRevoked else { return }
        removeMembers(of: family)
        family.isRevoked = true
        expiries.insert(.revokedGrant(grant), at: family.grant.expiresAt)
    }

    mutating func revoke(accessToken digest: Digest) {
        guard let family = accessTokens[digest]?.family else { return }
        forget(accessToken: digest, of: family)
        removeIfEmpty(family)
    }

    mutating func removeExpired(before instant: Instant) {
        while let next = expiries.popFirst(before: instant) {
            steps += 1
            switch next.element {
            case .code(let digest):
                guard let code = codes[digest], !code.isSpent else { continue }
                codes[digest] = nil
                code.family.code = nil
                removeIfEmpty(code.family)
            case .accessToken(let digest):
                guard let family = accessTokens[digest]?.family else { continue }
                forget(accessToken: digest, of: family)
                removeIfEmpty(family)
            case .refreshToken(let digest):
                guard let token = refreshTokens[digest], token.spentAt == nil else { continue }
                refreshTokens[digest] = nil
                token.family.unspentRefreshTokens -= 1
                steps += token.family.refreshTokens.remove { refreshTokens[$0] != nil }
                removeIfEmpty(token.family)
            case .revokedGrant(let grant):
                if let family = families[grant] { remove(family) }
            }
        }
    }

    private mutating func forget(accessToken digest: Digest, of family: Family) {
        accessTokens[digest] = nil
        steps += family.accessTokens.remove { accessTokens[$0] != nil }
    }

    /// Removes a grant without usable codes or tokens, together with its spent ones.
    private mutating func removeIfEmpty(_ family: Family) {
        let codeIsOpen = family.code.flatMap { codes[$0] }.map { !$0.isSpent } ?? false
        guard family.accessTokens.count == 0, family.unspentRefreshTokens == 0, !codeIsOpen else { return }
        remove(family)
    }

    /// Evicts the oldest grants with all their tokens, and rebuilds an index when more than half of it is outdated.
    private mutating func stayWithinCapacity() {
        while families.count > grantCapacity || accessTokens.count + refreshTokens.count > tokenCapacity {
            guard let id = order.popFirst() else { break }
            if let family = families[id] { remove(family) }
        }
        if order.count > 2 * families.count + Self.slack {
            steps += order.count
            order.keep { families[$0] != nil }
        }
        let lives = codes.count + accessTokens.count + refreshTokens.count + families.count
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
        for family in families.values where family.isRevoked {
            expiries.insert(.revokedGrant(family.grant.id), at: family.grant.expiresAt)
        }
        steps += codes.count + accessTokens.count + refreshTokens.count + families.count
    }

    private mutating func remove(_ family: Family) {
        removeMembers(of: family)
        families[family.grant.id] = nil
    }

    private mutating func removeMembers(of family: Family) {
        if let code = family.code { codes[code] = nil }
        family.code = nil
        steps += family.accessTokens.removeAll { accessTokens[$0] = nil }
        steps += family.refreshTokens.removeAll { refreshTokens[$0] = nil }
        family.unspentRefreshTokens = 0
    }
}

// MARK: - Early end

extension GrantTables {
    mutating func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Instant) -> Int {
        var count = 0
        for digest in kinds.contains(.code) ? Self.digests(tokens, of: codes, \.family) : [] {
            guard let code = codes[digest], !code.isSpent, code.expiresAt > instant else { continue }
            codes[digest] = Code(
                family: code.family, redirectURI: code.redirectURI, challenge: code.challenge, expiresAt: instant,
                isSpent: false)
            expiries.insert(.code(digest), at: instant)
            count += 1
        }
        for digest in kinds.contains(.access) ? Self.digests(tokens, of: accessTokens, \.family) : [] {
            guard let token = accessTokens[digest], token.expiresAt > instant else { continue }
            accessTokens[digest] = AccessToken(
                family: token.family, scope: token.scope, issuedAt: token.issuedAt, expiresAt: instant)
            expiries.insert(.accessToken(digest), at: instant)
            count += 1
        }
        for digest in kinds.contains(.refresh) ? Self.digests(tokens, of: refreshTokens, \.family) : [] {
            guard let token = refreshTokens[digest], token.spentAt == nil, token.expiresAt > instant else { continue }
            refreshTokens[digest] = RefreshToken(family: token.family, issuedAt: token.issuedAt, expiresAt: instant)
            expiries.insert(.refreshToken(digest), at: instant)
            count += 1
        }
        return count
    }

    mutating func revoke(allOf subject: String?) -> Int {
        let concerned = families.values.filter { !$0.isRevoked && (subject == nil || $0.grant.subject == subject) }
        // A grant without usable codes or tokens does not count.
        for family in concerned { revoke(family.grant.id) }
        return concerned.count
    }

    private static func digests<Value>(
        _ tokens: TokenSelection, of table: [Digest: Value], _ family: (Value) -> Family
    ) -> [Digest] {
        switch tokens {
        case .one(let digest): [digest]
        case .subject(let subject): table.filter { family($0.value).grant.subject == subject }.map(\.key)
        case .all: Array(table.keys)
        }
    }
}

public import MCPCore
import OAuth
public import OAuthServer
internal import Primitives
public import Testing

/// The rules for debugging, which ends codes, tokens, grants and sessions early, whichever instance issued them.
///
/// `@Test(arguments: EarlyEndConformance.allCases)` checks a store against all of them.
public enum EarlyEndConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case one = "One code or token expires, and nothing else changes"
    case spent = "Spent codes and tokens stay spent, and a further use is still a replay"
    case earlier = "No expiry is moved to a later time"
    case kinds = "All of a kind expire, and no other kind"
    case subject = "All of a subject expire, and none of a subject with a similar name"
    case many = "All expire, however many there are"
    case revoked = "All grants of a subject are revoked, then all grants, and stay revoked"
    case empty = "A grant without usable codes or tokens does not count"
    case sessions = "Sessions of a subject end, then all sessions, and each is reported once"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule on an empty store.
    ///
    /// - Parameter other: another instance of the same store.
    public func check<Store: GrantStore & SessionStore>(_ store: Store, _ other: Store) async throws {
        switch self {
        case .one: try await one(store, other)
        case .spent: try await spent(store, other)
        case .earlier: try await earlier(store)
        case .kinds: try await kinds(store, other)
        case .subject: try await subject(store, other)
        case .many: try await many(store, other)
        case .revoked: try await revoked(store, other)
        case .empty: try await empty(store, other)
        case .sessions: try await sessions(store, other)
        }
    }

    private static let every = Set(TokenKind.allCases)
    /// The time at which codes and tokens are expired, long before their lifetime ends.
    private static let end = SampleGrant("a").start + .seconds(10)

    private func one(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let (sample, open) = (SampleGrant("a"), SampleGrant("b"))
        try await store.insert(open.code)
        #expect(try await store.insert(sample.tokens(1)) == .done)
        #expect(try await store.insert(sample.tokens(2)) == .done)
        let digests = [open.code.digest, sample.access(1).digest, sample.refresh(1).digest]
        for digest in digests {
            #expect(try await other.expire(.one(digest), Self.every, at: Self.end) == 1)
            #expect(try await other.expire(.one(digest), Self.every, at: Self.end) == 0)
        }
        #expect(try await store.expire(.one(Digest(of: "unknown")), Self.every, at: Self.end) == 0)
        #expect(try await store.code(open.code.digest)?.expiresAt == Self.end)
        #expect(try await store.accessToken(sample.access(1).digest)?.expiresAt == Self.end)
        #expect(try await store.accessToken(sample.access(1).digest)?.issuedAt == sample.start)
        #expect(try await store.refreshToken(sample.refresh(1).digest)?.expiresAt == Self.end)
        #expect(try await store.accessToken(sample.access(2).digest) == sample.access(2))
        #expect(try await store.refreshToken(sample.refresh(2).digest) == sample.refresh(2))
    }

    private func spent(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let sample = SampleGrant("a")
        try await store.insert(sample.code)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        #expect(try await other.expire(.all, [.code], at: Self.end) == 0)
        #expect(try await other.expire(.all, [.refresh], at: Self.end) == 1)
        #expect(try await store.code(sample.code.digest) == sample.spentCode)
        #expect(
            try await store.exchange(code: sample.code.digest, for: sample.tokens(3)) == .replayed(sample.grant.id))
        #expect(
            try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(3))
                == .replayed(sample.grant.id))
    }

    private func earlier(_ store: any GrantStore) async throws {
        let sample = SampleGrant("a")
        #expect(try await store.insert(sample.tokens(1)) == .done)
        let late = sample.refresh(1).expiresAt + .seconds(1)
        #expect(try await store.expire(.all, Self.every, at: late) == 0)
        #expect(try await store.expire(.one(sample.access(1).digest), Self.every, at: late) == 0)
        #expect(try await store.accessToken(sample.access(1).digest) == sample.access(1))
    }

    private func kinds(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let (sample, open) = (SampleGrant("a"), SampleGrant("b"))
        try await store.insert(open.code)
        #expect(try await store.insert(sample.tokens(1)) == .done)
        #expect(try await other.expire(.all, [.access], at: Self.end) == 1)
        #expect(try await store.refreshToken(sample.refresh(1).digest) == sample.refresh(1))
        #expect(try await store.code(open.code.digest) == open.code)
        #expect(try await other.expire(.all, [.code, .refresh], at: Self.end) == 2)
        #expect(try await store.code(open.code.digest)?.expiresAt == Self.end)
    }

    /// Names that a careless search would confuse.
    private static let names = ["ann", "an", "anna", "Ann", "ann\"", #"","subject":"ann","#, "%", "", "é", "*"]

    private func subject(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let samples = Self.names.map { SampleGrant($0, userName: $0) }
        for sample in samples { #expect(try await store.insert(sample.tokens(1)) == .done) }
        for (number, sample) in samples.enumerated() {
            #expect(try await other.expire(.subject(sample.grant.subject), [.access], at: Self.end) == 1)
            for later in samples.dropFirst(number + 1) {
                #expect(try await store.accessToken(later.access(1).digest) == later.access(1))
            }
        }
    }

    private func many(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let samples = (0..<2500).map { SampleGrant("\($0)") }
        for sample in samples { #expect(try await store.insert(sample.tokens(1)) == .done) }
        #expect(try await other.expire(.all, Self.every, at: Self.end) == 5000)
        for sample in samples {
            #expect(try await store.accessToken(sample.access(1).digest)?.expiresAt == Self.end)
        }
        #expect(try await other.revoke(allOf: nil) == 2500)
        for sample in samples { #expect(try await store.refreshToken(sample.refresh(1).digest) == nil) }
    }

    private func revoked(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let samples = Self.names.map { SampleGrant($0, userName: $0) }
        let open = SampleGrant("open", userName: "ann")
        for sample in samples { #expect(try await store.insert(sample.tokens(1)) == .done) }
        try await store.insert(open.code)
        #expect(try await other.revoke(allOf: "nobody") == 0)
        #expect(try await other.revoke(allOf: "ann") == 2)
        #expect(try await other.revoke(allOf: "ann") == 0)
        #expect(try await store.accessToken(samples[0].access(1).digest) == nil)
        #expect(try await store.code(open.code.digest) == nil)
        #expect(try await store.accessToken(samples[1].access(1).digest) == samples[1].access(1))
        #expect(try await other.revoke(allOf: nil) == samples.count - 1)
        for sample in samples {
            #expect(try await store.refreshToken(sample.refresh(1).digest) == nil)
            #expect(try await store.insert(sample.tokens(2)) == .unknown)
        }
    }

    private func empty(_ store: any GrantStore, _ other: any GrantStore) async throws {
        let sample = SampleGrant("a")
        try await store.insert(sample.code)
        #expect(
            try await store.exchange(code: sample.code.digest, for: sample.tokens(1, withRefreshToken: false)) == .done)
        try await store.revoke(accessToken: sample.access(1).digest)
        #expect(try await other.revoke(allOf: nil) == 0)
    }

    private func sessions(_ store: any SessionStore, _ other: any SessionStore) async throws {
        let now = SampleGrant("a").start
        func session(_ number: UInt8, _ subject: String, expiry: Instant) -> Session {
            Session(
                digest: [UInt8](repeating: number, count: 32), subject: subject, clientID: "client",
                version: .november2025, expiry: expiry, end: now + .seconds(1000))
        }
        for (number, name) in Self.names.enumerated() {
            try await store.insert(session(UInt8(number), name, expiry: now + .seconds(100)))
        }
        try await store.insert(session(100, "ann", expiry: now))
        #expect(try await other.end(allOf: "ann", at: now) == [[UInt8](repeating: 0, count: 32)])
        #expect(try await other.end(allOf: "ann", at: now) == [])
        let first = [UInt8](repeating: 1, count: 32)
        #expect(try await store.session(first, at: now, keptUntil: now + .seconds(100)) != nil)
        let rest = try await other.end(allOf: nil, at: now).map { Int($0[0]) }
        #expect(rest.sorted() == Array(1..<Self.names.count))
        #expect(try await store.session(first, at: now, keptUntil: now + .seconds(100)) == nil)
    }
}

public import MCPCore
public import OAuthServer
public import Testing

/// The rules for a store that is persistent and shared by processes; each case begins with an empty store.
///
/// `@Test(arguments: PersistenceConformance.allCases)` checks a store against all of them.
public enum PersistenceConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case survivesRestart = "A restart loses nothing"
    case staysSpent = "Spent and revoked codes and tokens stay so after a restart"
    case exchangesOnce = "Of 64 exchanges of a code at two instances one is done"
    case rotatesOnce = "Of 64 rotations of a refresh token at two instances one is done"
    case seesChanges = "A change at one instance is visible at the other at once"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule.
    ///
    /// - Parameters:
    ///   - open: opens one more instance of the same store.
    ///   - close: closes an instance.
    public func check<Store: GrantStore & SessionStore>(
        open: () async throws -> Store, close: (Store) async -> Void
    ) async throws {
        let first = try await open()
        switch self {
        case .survivesRestart:
            let sample = try await Self.fill(first)
            await close(first)
            let second = try await open()
            try await Self.expectAll(sample, in: second)
            await close(second)
        case .staysSpent:
            let sample = try await Self.fill(first)
            try await first.revoke(sample.revoked.grant.id)
            await close(first)
            let second = try await open()
            try await Self.expectSpent(sample, in: second)
            await close(second)
        case .exchangesOnce, .rotatesOnce, .seesChanges:
            let second = try await open()
            try await checkShared(first, second)
            await close(first)
            await close(second)
        }
    }

    private struct Sample {
        let open = SampleGrant("open")
        let used = SampleGrant("used")
        let revoked = SampleGrant("revoked")
        let session = SessionStoreConformance.session(1)
    }

    private static func fill(_ store: any GrantStore & SessionStore) async throws -> Sample {
        let sample = Sample()
        try await store.insert(sample.open.code)
        for grant in [sample.used, sample.revoked] {
            try await store.insert(grant.code)
            #expect(try await store.exchange(code: grant.code.digest, for: grant.tokens(1)) == .done)
            #expect(try await store.rotate(refreshToken: grant.refresh(1).digest, for: grant.tokens(2)) == .done)
        }
        try await store.insert(sample.session)
        return sample
    }

    private static func expectAll(_ sample: Sample, in store: any GrantStore & SessionStore) async throws {
        #expect(try await store.code(sample.open.code.digest) == sample.open.code)
        #expect(try await store.code(sample.used.code.digest) == sample.used.spentCode)
        for number in 1...2 {
            #expect(try await store.accessToken(sample.used.access(number).digest) == sample.used.access(number))
        }
        #expect(try await store.refreshToken(sample.used.refresh(1).digest)?.isSpent == true)
        #expect(try await store.refreshToken(sample.used.refresh(2).digest) == sample.used.refresh(2))
        let (session, now) = (sample.session, SessionStoreConformance.second(1))
        #expect(try await store.session(session.digest, at: now, keptUntil: session.expiry) == session)
    }

    private static func expectSpent(_ sample: Sample, in store: any GrantStore & SessionStore) async throws {
        let replay = SpendOutcome.replayed(sample.used.grant.id)
        #expect(try await store.exchange(code: sample.used.code.digest, for: sample.used.tokens(9)) == replay)
        #expect(
            try await store.rotate(refreshToken: sample.used.refresh(1).digest, for: sample.used.tokens(9)) == replay)
        #expect(try await store.accessToken(sample.revoked.access(2).digest) == nil)
        #expect(try await store.insert(sample.revoked.tokens(3)) == .unknown)
        #expect(
            try await store.rotate(refreshToken: sample.revoked.refresh(2).digest, for: sample.revoked.tokens(3))
                == .unknown)
        #expect(try await store.exchange(code: sample.open.code.digest, for: sample.open.tokens(1)) == .done)
    }

    private func checkShared<Store: GrantStore & SessionStore>(_ first: Store, _ second: Store) async throws {
        let sample = SampleGrant("a")
        switch self {
        case .exchangesOnce:
            try await first.insert(sample.code)
            try await expectOneWinner(sample, [first, second]) { store, number in
                try await store.exchange(code: sample.code.digest, for: sample.tokens(number))
            }
        case .rotatesOnce:
            #expect(try await first.insert(sample.tokens(0)) == .done)
            try await expectOneWinner(sample, [first, second]) { store, number in
                try await store.rotate(refreshToken: sample.refresh(0).digest, for: sample.tokens(number))
            }
        default:
            #expect(try await first.insert(sample.tokens(1)) == .done)
            #expect(try await second.accessToken(sample.access(1).digest) == sample.access(1))
            try await second.revoke(sample.grant.id)
            #expect(try await first.accessToken(sample.access(1).digest) == nil)
            let (session, now) = (SessionStoreConformance.session(1), SessionStoreConformance.second(1))
            try await first.insert(session)
            #expect(try await second.session(session.digest, at: now, keptUntil: session.expiry) == session)
            try await second.end(session.digest)
            #expect(try await first.session(session.digest, at: now, keptUntil: session.expiry) == nil)
        }
    }

    private func expectOneWinner<Store: GrantStore>(
        _ sample: SampleGrant, _ stores: [Store], attempt: @escaping @Sendable (Store, Int) async throws -> SpendOutcome
    ) async throws {
        let outcomes = try await withThrowingTaskGroup(of: SpendOutcome.self) { group in
            for number in 1...64 {
                let store = stores[number % stores.count]
                group.addTask { try await attempt(store, number) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .done } == 1)
        #expect(outcomes.count { $0 == .replayed(sample.grant.id) } == 63)
    }
}

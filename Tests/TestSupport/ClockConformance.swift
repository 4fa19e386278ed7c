public import MCPCore
import OAuth
public import OAuthServer
public import Testing

/// The rules for clocks that are wrong for a while, or differ; each case begins with an empty store.
///
/// `@Test(arguments: ClockConformance.allCases)` checks a shared, persistent store against all of them; ``alone`` are
/// those for any other store.
public enum ClockConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case aheadAndBack = "After the clock was a week ahead and set back, new tokens and sessions work"
    case aheadAndBackBetweenRuns = "The same when the clock is set back between two runs"
    case backAnHour = "After the clock was set back by an hour, old and new tokens and sessions work"
    case staysSpent = "Spent and revoked stay final, wherever the clock goes"
    case twoClocks = "Tokens work at the instance that issued them, while another one's clock is a week ahead"
    case staysSpentElsewhere = "A code spent at one instance is spent at another whose clock is a week behind or ahead"

    /// The rules for a store of one process.
    public static let alone: [ClockConformance] = [.aheadAndBack, .backAnHour, .staysSpent]

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule.
    ///
    /// - Parameters:
    ///   - open: opens an instance with this clock.
    ///   - close: closes an instance.
    public func check<Store: GrantStore & SessionStore>(
        open: (FixedClock) async throws -> Store, close: (Store) async -> Void
    ) async throws {
        let clock = FixedClock(at: Self.start)
        let store = try await open(clock)
        switch self {
        case .aheadAndBack: try await aheadAndBack(store, clock)
        case .aheadAndBackBetweenRuns:
            try await issueAhead(store, clock)
            await close(store)
            clock.advance(by: .zero - Self.week)
            let second = try await open(clock)
            try await expectToWork("after", second, clock)
            return await close(second)
        case .backAnHour: try await backAnHour(store, clock)
        case .staysSpent: try await staysSpent(store, clock)
        case .twoClocks, .staysSpentElsewhere:
            let otherClock = FixedClock(at: Self.start + Self.week)
            let other = try await open(otherClock)
            if self == .twoClocks {
                try await twoClocks((store, clock), (other, otherClock))
            } else {
                try await staysSpentElsewhere((store, clock), (other, otherClock))
            }
            await close(other)
        }
        await close(store)
    }

    private static let start = SampleGrant("a").start
    private static let week = Duration.seconds(7 * 86_400)

    /// Issues and uses codes, tokens and a session by the clock, with housekeeping in between.
    private func expectToWork<Store: GrantStore & SessionStore>(
        _ name: String, _ store: Store, _ clock: FixedClock, houseKeeping: (() async throws -> Void)? = nil
    ) async throws {
        let keepHouse = houseKeeping ?? { try await store.removeExpired(before: clock.now()) }
        let (sample, session) = (SampleGrant(name, at: clock.now()), session(name, clock))
        try await store.insert(sample.code)
        #expect(try await store.code(sample.code.digest) == sample.code)
        try await store.insert(session)
        for round in 1...2 {
            try await keepHouse()
            let found = try await store.session(
                session.digest, at: clock.now(), keptUntil: clock.now() + .seconds(1800))
            #expect(found != nil)
            if round == 1 {
                #expect(try await store.code(sample.code.digest) == sample.code)
                #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            }
            #expect(try await store.accessToken(sample.access(round).digest) == sample.access(round))
            #expect(try await store.refreshToken(sample.refresh(round).digest) == sample.refresh(round))
            let next = try await store.rotate(
                refreshToken: sample.refresh(round).digest, for: sample.tokens(round + 1))
            #expect(next == .done)
        }
        try await keepHouse()
        #expect(try await store.accessToken(sample.access(1).digest) == sample.access(1))
        #expect(try await store.insert(sample.tokens(4)) == .done)
        try await expectSpent(sample, store)
    }

    private func session(_ name: String, _ clock: FixedClock) -> Session {
        let now = clock.now()
        return Session(
            digest: SampleGrant(name).code.digest.bytes, subject: "alice", clientID: "app", version: .june2025,
            expiry: now + .seconds(1800), end: now + .seconds(86_400))
    }

    /// Checks that none of these can be spent again, whether or not the store still knows it.
    private func expectSpent(_ sample: SampleGrant, _ store: any GrantStore) async throws {
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(8)) != .done)
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(8)) != .done)
        #expect(try await store.accessToken(sample.access(8).digest) == nil)
    }

    private func issueAhead<Store: GrantStore & SessionStore>(_ store: Store, _ clock: FixedClock) async throws {
        try await expectToWork("before", store, clock)
        clock.advance(by: Self.week)
        try await store.removeExpired(before: clock.now())
        try await expectToWork("ahead", store, clock)
    }

    private func aheadAndBack<Store: GrantStore & SessionStore>(
        _ store: Store, _ clock: FixedClock
    ) async throws {
        try await issueAhead(store, clock)
        clock.advance(by: .zero - Self.week)
        try await expectToWork("after", store, clock)
        for name in ["before", "ahead"] { try await expectSpent(SampleGrant(name), store) }
    }

    private func backAnHour<Store: GrantStore & SessionStore>(_ store: Store, _ clock: FixedClock) async throws {
        let (sample, session) = (SampleGrant("open"), session("open", clock))
        try await store.insert(sample.code)
        try await store.insert(session)
        try await store.removeExpired(before: clock.now())
        clock.advance(by: .seconds(-3600))
        try await store.removeExpired(before: clock.now())
        try await expectToWork("after", store, clock)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        let found = try await store.session(session.digest, at: clock.now(), keptUntil: clock.now() + .seconds(1800))
        #expect(found?.expiry == session.expiry)
    }

    private func staysSpent<Store: GrantStore & SessionStore>(_ store: Store, _ clock: FixedClock) async throws {
        let (spent, revoked) = (SampleGrant("spent"), SampleGrant("revoked"))
        for sample in [spent, revoked] {
            try await store.insert(sample.code)
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        }
        try await store.revoke(revoked.grant.id)
        for move in [Self.week, .zero - Self.week, .seconds(-3600), .seconds(60 * 86_400), .seconds(-70 * 86_400)] {
            clock.advance(by: move)
            try await expectSpent(spent, store)
            try await store.removeExpired(before: clock.now())
            for sample in [spent, revoked] { try await expectSpent(sample, store) }
            #expect(try await store.accessToken(revoked.access(2).digest) == nil)
            let next = try await store.rotate(refreshToken: revoked.refresh(2).digest, for: revoked.tokens(8))
            #expect(next == .unknown)
        }
    }

    private typealias Instance<Store> = (store: Store, clock: FixedClock)

    private func twoClocks<Store: GrantStore & SessionStore>(
        _ one: Instance<Store>, _ other: Instance<Store>
    ) async throws {
        let keepHouse = {
            for each in [one, other, one] { try await each.store.removeExpired(before: each.clock.now()) }
        }
        try await expectToWork("one", one.store, one.clock, houseKeeping: keepHouse)
        try await expectToWork("other", other.store, other.clock, houseKeeping: keepHouse)

        // A use by a slow clock does not shorten the session for the instance that opened it.
        let session = session("shared", other.clock)
        try await other.store.insert(session)
        let now = one.clock.now()
        #expect(try await one.store.session(session.digest, at: now, keptUntil: now + .seconds(1800)) != nil)
        let later = other.clock.now() + .seconds(1000)
        #expect(try await other.store.session(session.digest, at: later, keptUntil: later + .seconds(1800)) != nil)
    }

    private func staysSpentElsewhere<Store: GrantStore & SessionStore>(
        _ one: Instance<Store>, _ other: Instance<Store>
    ) async throws {
        for (here, there, name) in [(one, other, "one"), (other, one, "other")] {
            let sample = SampleGrant(name, at: here.clock.now())
            try await here.store.insert(sample.code)
            #expect(try await here.store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            #expect(
                try await here.store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
            for each in [there, here] {
                try await expectSpent(sample, each.store)
                try await each.store.removeExpired(before: each.clock.now())
                try await expectSpent(sample, each.store)
            }
        }
    }
}

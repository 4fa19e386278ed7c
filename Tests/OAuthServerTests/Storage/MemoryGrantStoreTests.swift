import OAuth
import Testing
import TestSupport

@testable import OAuthServer

@Suite struct MemoryGrantStoreTests {
    @Test(
        "The memory store keeps the contract of a store", .proves(.codeIsSpentOnce),
        arguments: GrantStoreConformance.allCases)
    func conforms(promise: GrantStoreConformance) async throws {
        try await promise.check(MemoryGrantStore())
    }

    @Test("The memory store keeps the rules for a full store", arguments: CapacityConformance.allCases)
    func capacity(promise: CapacityConformance) async throws {
        try await promise.check { MemoryGrantStore(grants: $0, tokens: $1) }
    }

    @Test("The memory stores keep the rules for clocks", arguments: ClockConformance.alone)
    func clocks(promise: ClockConformance) async throws {
        try await promise.check(open: { _ in MemoryStores() }, close: { _ in })
    }

    @Test("Grants expire at their time, in any order of insertion")
    func orderOfExpiry() {
        let store = MemoryGrantStore()
        let samples = (0..<100).map { number in (SampleGrant("\(number)"), number * 37 % 100) }
        for (sample, number) in samples { _ = store.insert(sample.tokens(number, withRefreshToken: false)) }
        store.removeExpired(before: samples[0].0.access(50).expiresAt)
        for (sample, number) in samples {
            #expect((store.accessToken(sample.access(number).digest) == nil) == (number < 50))
        }
    }

    @Test("An index of mostly removed entries is rebuilt, and the others expire in time")
    func rebuilding() {
        let store = MemoryGrantStore()
        let (open, kept, revoked, busy) = (SampleGrant("a"), SampleGrant("b"), SampleGrant("c"), SampleGrant("d"))
        store.insert(open.code)
        _ = store.insert(kept.tokens(1))
        _ = store.insert(revoked.tokens(1))
        store.revoke(revoked.grant.id)
        for number in 1...3000 {
            _ = store.insert(busy.tokens(number, withRefreshToken: false))
            store.revoke(accessToken: busy.access(number).digest)
        }
        #expect(store.code(open.code.digest) == open.code)
        #expect(store.refreshToken(kept.refresh(1).digest) == kept.refresh(1))
        #expect(store.insert(revoked.tokens(2)) == .unknown)

        store.removeExpired(before: kept.refresh(1).expiresAt)
        #expect(store.code(open.code.digest) == nil)
        #expect(store.accessToken(kept.access(1).digest) == nil)
        #expect(store.refreshToken(kept.refresh(1).digest) == kept.refresh(1))
        store.removeExpired(before: kept.grant.expiresAt + .seconds(1))
        #expect(store.refreshToken(kept.refresh(1).digest) == nil)
        #expect(store.insert(revoked.tokens(2)) == .done)
    }

    // MARK: - Work

    /// The number of entries that the store examines per token for a client in a refresh loop.
    private func stepsPerToken(_ count: Int, ended: (MemoryGrantStore, SampleGrant, Int) -> Void) -> Double {
        let (store, sample) = (MemoryGrantStore(), SampleGrant("a"))
        _ = store.insert(sample.tokens(0))
        for number in 1...count {
            let spent = sample.refresh(number - 1).digest
            #expect(store.rotate(refreshToken: spent, for: sample.tokens(number)) == .done)
        }
        ended(store, sample, count)
        return Double(store.steps) / Double(count)
    }

    @Test("Expiring a token costs the same, however many its grant has", arguments: [1, 300])
    func expiryWork(atOnce batch: Int) {
        let steps = [300, 1500].map { count in
            stepsPerToken(count) { store, sample, count in
                for number in stride(from: batch, through: count, by: batch) {
                    store.removeExpired(before: sample.access(number).expiresAt)
                }
                #expect(store.accessToken(sample.access(count).digest) != nil)
                #expect(store.accessToken(sample.access(count - batch).digest) == nil)
            }
        }
        #expect(steps.allSatisfy { $0 <= 4 }, "\(steps)")
    }

    @Test("Revoking a token costs the same, however many its grant has, in either order")
    func revocationWork() {
        for isReversed in [false, true] {
            let steps = [300, 1500].map { count in
                stepsPerToken(count) { store, sample, count in
                    for number in 1..<count {
                        store.revoke(accessToken: sample.access(isReversed ? count - number : number).digest)
                    }
                }
            }
            #expect(steps.allSatisfy { $0 <= 4 }, "\(steps)")
        }
    }

    @Test("Inserting and evicting a token costs the same at any capacity")
    func capacityWork() {
        let steps = [100, 600].map { capacity in
            let store = MemoryGrantStore(grants: capacity, tokens: 2 * capacity)
            for number in 0..<8 * capacity {
                let sample = SampleGrant("\(number)")
                _ = store.insert(sample.tokens(1))
                if number % 3 == 0 { store.revoke(sample.grant.id) }
            }
            return Double(store.steps) / Double(8 * capacity)
        }
        #expect(steps.allSatisfy { $0 <= 8 }, "\(steps)")
    }

    @Test("Live tokens are not examined when others expire")
    func idleWork() {
        let store = MemoryGrantStore()
        for number in 0..<1000 { _ = store.insert(SampleGrant("\(number)").tokens(1)) }
        store.removeExpired(before: SampleGrant("0").access(1).expiresAt)
        #expect(store.steps == 0)
        _ = store.insert(SampleGrant("brief").tokens(0, withRefreshToken: false))
        store.removeExpired(before: SampleGrant("0").access(1).expiresAt)
        #expect(store.steps <= 3)
    }
}

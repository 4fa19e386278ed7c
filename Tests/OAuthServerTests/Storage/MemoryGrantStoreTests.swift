import OAuth
import OAuthServer
import TestSupport
import Testing

@Suite struct MemoryGrantStoreTests {
    @Test("The memory store keeps every promise of a store", .proves(.e18), arguments: GrantStoreConformance.allCases)
    func conforms(promise: GrantStoreConformance) async throws {
        try await promise.check(MemoryGrantStore())
    }

    @Test("The memory store keeps every promise about its capacity", arguments: CapacityConformance.allCases)
    func capacity(promise: CapacityConformance) async throws {
        try await promise.check { MemoryGrantStore(grants: $0, tokens: $1) }
    }

    @Test("Grants expire by their time, in whatever order they came")
    func orderOfExpiry() {
        let store = MemoryGrantStore()
        let samples = (0..<100).map { number in (SampleGrant("\(number)"), number * 37 % 100) }
        for (sample, number) in samples { _ = store.insert(sample.tokens(number, withRefreshToken: false)) }
        store.removeExpired(before: samples[0].0.access(50).expiresAt)
        for (sample, number) in samples {
            #expect((store.accessToken(sample.access(number).digest) == nil) == (number < 50))
        }
    }

    @Test("An index that is mostly about what is gone is rebuilt, and what is left expires in time")
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
}

import OAuth
import OAuthServer
import TestSupport
import Testing

@Suite struct MemoryGrantStoreTests {
    @Test("The memory store keeps every promise of a store", .proves(.e18), arguments: GrantStoreConformance.allCases)
    func conforms(promise: GrantStoreConformance) async throws {
        try await promise.check(MemoryGrantStore())
    }

    @Test("Beyond its capacity of grants it forgets the oldest ones, whole")
    func grantCapacity() {
        let store = MemoryGrantStore(grants: 2)
        let samples = ["a", "b", "c"].map { SampleGrant($0) }
        for sample in samples {
            store.insert(sample.code)
            _ = store.exchange(code: sample.code.digest, for: sample.tokens(1))
        }
        #expect(samples.map { store.code($0.code.digest) != nil } == [false, true, true])
        #expect(samples.map { store.accessToken($0.access(1).digest) != nil } == [false, true, true])
        #expect(samples.map { store.refreshToken($0.refresh(1).digest) != nil } == [false, true, true])
        #expect(
            store.exchange(code: samples[1].code.digest, for: samples[1].tokens(2)) == .replayed(samples[1].grant.id))
    }

    @Test("Beyond its capacity of tokens it forgets the oldest grants, whole")
    func tokenCapacity() {
        let store = MemoryGrantStore(tokens: 4)
        let samples = ["a", "b", "c"].map { SampleGrant($0) }
        for sample in samples { #expect(store.insert(sample.tokens(1)) == .done) }
        #expect(samples.map { store.accessToken($0.access(1).digest) != nil } == [false, true, true])
    }

    @Test("A grant that alone exceeds the capacity is told so")
    func oneLargeGrant() {
        let store = MemoryGrantStore(tokens: 4)
        let sample = SampleGrant("a")
        #expect(store.insert(sample.tokens(1)) == .done)
        #expect(store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        #expect(store.rotate(refreshToken: sample.refresh(2).digest, for: sample.tokens(3)) == .unknown)
        #expect(store.accessToken(sample.access(3).digest) == nil)
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
